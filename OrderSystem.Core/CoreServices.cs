using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Core;

/// <summary>Registers the handlers of orders. A cloud's adapter registers the ports.</summary>
public static class CoreServices
{
    /// <summary>Adds every handler, and default adapters for gateway and notifications unless they are registered already.</summary>
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPaymentGateway, SimulatedPaymentGateway>();
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
