using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.CrashTests.Faults.Ports;
using OrderSystem.CrashTests.Outside;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.CrashTests.Faults;

/// <summary>All ports that a tested program may have, each with the decorator that injects faults.</summary>
internal static class FaultyPorts
{
    // Compare ports by their names rather than their types: a program that does not use a port may lack the port's assembly,
    // so the type must not be loaded.
    private static readonly (string Port, Action<IServiceCollection> Decorate)[] Ports =
    [
        ("OrderSystem.Core.Orders.IOrderStore", services => services.Decorate<IOrderStore>((inner, provider) => new FaultyOrderStore(inner, Faults(provider)))),
        ("OrderSystem.Core.Inventory.IInventory", services => services.Decorate<IInventory>((inner, provider) => new FaultyInventory(inner, Faults(provider)))),
        ("OrderSystem.Core.Payments.IPaymentLedger", services => services.Decorate<IPaymentLedger>((inner, provider) => new FaultyPaymentLedger(inner, Faults(provider)))),
        ("OrderSystem.Core.Payments.IPaymentGateway", services =>
            services.Decorate<IPaymentGateway>((inner, provider) =>
                new FaultyPaymentGateway(RemotePaymentGateway.FromEnvironment() ?? inner, Faults(provider)))),
        ("OrderSystem.Core.Notifications.INotifications", services => services.Decorate<INotifications>((inner, provider) => new FaultyNotifications(inner, Faults(provider)))),
        ("OrderSystem.Core.Workflow.IWorkflowStarter", services => services.Decorate<IWorkflowStarter>((inner, provider) => new FaultyWorkflowStarter(inner, Faults(provider)))),
        ("System.Collections.Generic.IReadOnlyDictionary`2", services =>
            services.Decorate<IReadOnlyDictionary<string, WorkflowStep>>((inner, provider) => FaultySteps.Around(inner, Faults(provider)))),
        ("OrderSystem.EventSources.Streams.StreamEventSourceFactory", services => services.Decorate<StreamEventSourceFactory>((inner, provider) => FaultyStream.Around(inner, Faults(provider)))),
        ("OrderSystem.LocalCloud.Lambda.IFunctionInvoker", services => services.Decorate<IFunctionInvoker>((inner, provider) => new FaultyFunctionInvoker(inner, Faults(provider)))),
    ];

    public static void Decorate(IServiceCollection services)
    {
        var names = services.Select(service => $"{service.ServiceType.Namespace}.{service.ServiceType.Name}").ToHashSet(StringComparer.Ordinal);
        foreach (var (port, decorate) in Ports)
        {
            if (names.Contains(port))
                decorate(services);
        }
    }

    private static FaultInjector Faults(IServiceProvider provider) => provider.GetRequiredService<FaultInjector>();
}
