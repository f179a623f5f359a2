using Amazon.DynamoDBv2;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Aws.StepFunctions;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;

namespace OrderSystem.Aws;

/// <summary>Registers the adapters that implement Core's ports with DynamoDB and Step Functions.</summary>
public static class AwsServices
{
    /// <summary>
    /// Adds the adapters for the stores and for the workflow service. Region, credentials and endpoints come from the
    /// AWS SDK's own environment variables; for local development, set <c>AWS_ENDPOINT_URL_DYNAMODB</c> and
    /// <c>AWS_ENDPOINT_URL</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// The configuration, which contains <c>OrderSystem:TablePrefix</c> and <c>OrderSystem:StateMachineArn</c>.
    /// </param>
    public static IServiceCollection AddAwsCloud(this IServiceCollection services, IConfiguration configuration)
    {
        ClientSpans.Install();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new TableNames(configuration["OrderSystem:TablePrefix"] ?? ""));
        services.TryAddSingleton<IAmazonDynamoDB>(_ => new AmazonDynamoDBClient(new AmazonDynamoDBConfig
        {
            // This timeout is short enough for the API to return 503 in time, and long enough for a store that is briefly
            // slow.
            Timeout = TimeSpan.FromSeconds(5),
            MaxErrorRetry = 3,
            // Limit the number of connections: during a burst, the endpoint may refuse to open one connection for each
            // request. When the limit is reached, requests wait for a free connection.
            MaxConnectionsPerServer = 64,
        }));
        services.AddSingleton<IOrderStore, DynamoDbOrderStore>();
        services.AddSingleton<IInventory, DynamoDbInventory>();
        services.AddSingleton<IPaymentLedger, DynamoDbPaymentLedger>();
        services.AddSingleton<IPaymentTokens, DynamoDbPaymentTokens>();
        services.TryAddSingleton<StepFunctionsConfig>();
        services.AddSingleton<StepFunctionsClient>();
        services.AddSingleton<IWorkflowStarter>(provider => new StepFunctionsWorkflowStarter(
            provider.GetRequiredService<StepFunctionsClient>(),
            configuration["OrderSystem:StateMachineArn"] is { Length: > 0 } arn
                ? arn
                : throw new InvalidOperationException("OrderSystem__StateMachineArn is not set. Set it to the ARN of the order workflow's state machine.")));
        return services;
    }
}
