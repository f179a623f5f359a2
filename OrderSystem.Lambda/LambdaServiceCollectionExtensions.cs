using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrderSystem.Lambda;

/// <summary>Registers Lambda functions with a host.</summary>
public static class LambdaServiceCollectionExtensions
{
    /// <summary>
    /// Runs the functions registered with <see cref="AddFunction{TEvent,TAnswer}"/>, and receives their invocations from the
    /// configured Runtime API.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// The configuration with <c>AWS_LAMBDA_RUNTIME_API</c>, <c>_HANDLER</c> and <c>Lambda:LocalConcurrency</c>.
    /// </param>
    public static IServiceCollection AddLambda(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<LambdaOptions>(options =>
        {
            options.RuntimeApi = configuration["AWS_LAMBDA_RUNTIME_API"] ?? "";
            options.Handler = configuration["_HANDLER"];
            if (int.TryParse(configuration["Lambda:LocalConcurrency"], out var concurrency) && concurrency > 0)
                options.LocalConcurrency = concurrency;
        });
        services.AddHostedService<LambdaService>();
        return services;
    }

    /// <summary>
    /// Registers a function. <paramref name="invokeAsync"/> gets scoped services from its <see cref="InvocationContext"/>.
    /// </summary>
    public static IServiceCollection AddFunction<TEvent, TAnswer>(
        this IServiceCollection services,
        string handler,
        string trigger,
        JsonTypeInfo<TEvent> eventType,
        JsonTypeInfo<TAnswer> answerType,
        Func<TEvent, InvocationContext, CancellationToken, Task<TAnswer>> invokeAsync) =>
        services.AddSingleton(Function.Create(handler, trigger, eventType, answerType, invokeAsync));

    /// <summary>
    /// Registers a service to call before each response, because the process may be frozen after the response; see
    /// <see cref="LambdaOptions.BeforeFreeze"/>.
    /// </summary>
    public static IServiceCollection BeforeFreeze<TService>(this IServiceCollection services, Func<TService, CancellationToken, Task> callAsync)
        where TService : class
    {
        services.AddOptions<LambdaOptions>().Configure<TService>((options, service) => options.BeforeFreeze = cancellationToken => callAsync(service, cancellationToken));
        return services;
    }
}
