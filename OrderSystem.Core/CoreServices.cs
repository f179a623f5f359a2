using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Core;

/// <summary>
/// Registers the order handlers. The project of each cloud registers the adapters for the ports that the handlers use.
/// </summary>
public static class CoreServices
{
    /// <summary>
    /// Adds every handler. Also adds default implementations of the payment gateway, the notifications and the unit of
    /// work, unless other implementations are already registered.
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
