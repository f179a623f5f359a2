using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.DeadLetters;
using OrderSystem.Embedded.Executions;
using OrderSystem.Embedded.Mappings;
using OrderSystem.Embedded.Orders;
using OrderSystem.Embedded.Stack;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.Embedded;

/// <summary>Registers the SQLite adapters, the event source mappings and the workflow engine.</summary>
public static class EmbeddedServices
{
    /// <summary>Adds the SQLite adapters, the event source mappings and the workflow engine.</summary>
    /// <param name="services">The host's services; call <c>AddOrders</c> first.</param>
    /// <param name="configuration">The configuration with the settings of <see cref="EmbeddedOptions"/>.</param>
    public static IServiceCollection AddEmbeddedCloud(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(EmbeddedOptions.From(configuration));
        services.AddSingleton(provider => EmbeddedDatabase.Open(provider.GetRequiredService<EmbeddedOptions>().DatabasePath, logger: provider.GetRequiredService<ILogger<EmbeddedDatabase>>()));
        services.AddSingleton(provider => EmbeddedStack.Read(provider.GetRequiredService<EmbeddedOptions>().TemplatePath));
        services.AddSingleton(provider => new OrderChanges(
            provider.GetRequiredService<TimeProvider>(),
            [.. provider.GetRequiredService<EmbeddedStack>().Mappings.Select(mapping => mapping.Configuration.Filter)]));
        services.AddSingleton<RunningExecutions>();
        services.AddSingleton<Backlog>();
        services.AddSingleton<IOrderStore>(provider => new SqliteOrderStore(
            provider.GetRequiredService<EmbeddedDatabase>(), provider.GetRequiredService<OrderChanges>(), provider.GetRequiredService<Backlog>().Refusal));
        services.AddSingleton<IInventory, SqliteInventory>();
        services.AddSingleton<IPaymentLedger, SqlitePaymentLedger>();
        services.AddSingleton<IPaymentTokens, SqlitePaymentTokens>();
        services.Replace(ServiceDescriptor.Singleton<INotifications, SqliteNotifications>());
        services.Replace(ServiceDescriptor.Singleton<IUnitOfWork, EmbeddedUnitOfWork>());
        services.AddSingleton(provider => PaymentGatewayLimit.From(
            configuration[PaymentGatewayLimit.Key],
            provider.GetRequiredService<EmbeddedStack>().ShortestTimeout(nameof(ProcessPayment), nameof(RefundPayment)) ?? TimeSpan.FromSeconds(10)));
        services.AddSingleton<DeadLetterQueue>();
        services.AddSingleton<WorkflowTasks>();
        services.AddSingleton<WorkflowEngine>();
        services.AddSingleton<IWorkflowStarter>(provider => provider.GetRequiredService<WorkflowEngine>());
        services.AddSingleton(StreamEventSource.Factory);
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<IDeadLetters, ParkedMessages>();
        services.AddSingleton<EmbeddedCloud>();
        services.AddSingleton<IEmbeddedHealth>(provider => provider.GetRequiredService<EmbeddedCloud>());
        return services.AddSingleton<IHostedService>(provider =>
        {
            // Resolve the limit now, so that an invalid setting prevents the start instead of failing the first payment.
            _ = provider.GetRequiredService<PaymentGatewayLimit>();
            return provider.GetRequiredService<EmbeddedCloud>();
        });
    }
}
