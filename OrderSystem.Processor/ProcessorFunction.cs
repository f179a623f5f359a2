using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda;
using OrderSystem.Lambda.Streams;

namespace OrderSystem.Processor;

/// <summary>The stream function, <c>ProcessOrders</c> in the template.</summary>
public static class ProcessorFunction
{
    /// <summary>The default number of orders of a batch that are handled at once.</summary>
    internal const int DefaultConcurrency = 16;

    /// <summary>Registers the stream function with the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// The configuration with <c>OrderSystem:RecordConcurrency</c>, the number of orders of a batch handled at once; 16 by
    /// default.
    /// </param>
    /// <exception cref="InvalidOperationException">The setting is not a whole number from 1 to 1000.</exception>
    public static IServiceCollection AddProcessorFunction(this IServiceCollection services, IConfiguration configuration)
    {
        var concurrency = Concurrency(configuration["OrderSystem:RecordConcurrency"]);
        return services
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<StartWorkflows>(provider, "aws.dynamodb_streams", concurrency))
            .AddLambda(configuration)
            .AddFunction("ProcessOrders", "datasource", StreamsJson.Default.DynamoDbEvent, StreamsJson.Default.StreamsEventResponse,
                (batch, context, cancellationToken) => context.Services.GetRequiredService<StartWorkflows>().HandleAsync(batch, cancellationToken));
    }

    private static int Concurrency(string? configured) => configured switch
    {
        null or "" => DefaultConcurrency,
        _ when int.TryParse(configured, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1000 => number,
        _ => throw new InvalidOperationException($"OrderSystem:RecordConcurrency is {configured}, but must be a whole number from 1 to 1000."),
    };
}
