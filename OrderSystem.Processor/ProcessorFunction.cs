using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Lambda;
using OrderSystem.Lambda.Streams;

namespace OrderSystem.Processor;

/// <summary>The stream function, <c>ProcessOrders</c> in the template.</summary>
public static class ProcessorFunction
{
    /// <summary>Serves the function.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">Holds <c>OrderSystem:RecordConcurrency</c>, 16 unless set.</param>
    public static IServiceCollection AddProcessorFunction(this IServiceCollection services, IConfiguration configuration)
    {
        var concurrency = int.TryParse(configuration["OrderSystem:RecordConcurrency"], out var configured) && configured > 0 ? configured : OrderBatch.DefaultConcurrency;
        return services
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<OrderBatch>(provider, concurrency))
            .AddLambda(configuration)
            .AddFunction("ProcessOrders", "datasource", StreamsJson.Default.DynamoDbEvent, StreamsJson.Default.StreamsEventResponse,
                (batch, context, cancellationToken) => context.Services.GetRequiredService<OrderBatch>().HandleAsync(batch, cancellationToken));
    }
}
