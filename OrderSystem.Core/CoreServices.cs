using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Core;

/// <summary>Registers the order handlers. The ports that the handlers use are registered by the adapter of a cloud.</summary>
public static class CoreServices
{
    /// <summary>
    /// Adds every handler. Also adds a default payment gateway, notifications and unit of work, unless others are
    /// registered already.
    /// </summary>
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPaymentGateway, SimulatedPaymentGateway>();
        services.TryAddSingleton(PaymentGatewayLimit.Default);
        services.TryAddSingleton<INotifications, LogNotifications>();
        services.TryAddSingleton<IUnitOfWork, NoUnitOfWork>();
        return services
            .AddSingleton<PaymentGateway>()
            .AddSingleton<PlaceOrder>()
            .AddSingleton<StartWorkflow>()
            .AddSingleton<OrderTransitions>()
            .AddSingleton<ValidateOrder>()
            .AddSingleton<ProcessPayment>()
            .AddSingleton<UpdateInventory>()
            .AddSingleton<NotifyCustomer>()
            .AddSingleton<CompleteOrder>()
            .AddSingleton<ReleaseInventory>()
            .AddSingleton<RefundPayment>()
            .AddSingleton<RejectOrder>()
            .AddSingleton(WorkflowSteps.All);
    }
}
