using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Core;

/// <summary>Registers the application's handlers. The ports come from a cloud's adapter.</summary>
public static class CoreServices
{
    /// <summary>Adds every handler, and the defaults of the ports that need no cloud: gateway and notifications, unless given before.</summary>
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPaymentGateway, SimulatedPaymentGateway>();
        services.TryAddSingleton<INotifications, LogNotifications>();
        return services
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
