namespace OrderSystem.LocalCloud.Lambda;

internal static class LambdaServices
{
    public static IServiceCollection AddLambda(this IServiceCollection services)
    {
        services.AddSingleton<FunctionRegistry>();
        services.AddSingleton<IFunctionInvoker, FunctionInvoker>();
        services.AddSingleton<AsynchronousOutcome>();
        services.AddSingleton<AsynchronousInvocations>();
        services.AddHostedService(provider => provider.GetRequiredService<AsynchronousInvocations>());
        services.AddSingleton<InvokeApi>();
        services.AddSingleton<FunctionApi>();
        services.AddSingleton<AliasApi>();
        services.AddSingleton<EventInvokeConfigApi>();
        services.AddSingleton<RuntimeApi>();
        return services;
    }

    public static void MapLambda(this IEndpointRouteBuilder endpoints)
    {
        endpoints.ServiceProvider.GetRequiredService<InvokeApi>().Map(endpoints);
        endpoints.ServiceProvider.GetRequiredService<FunctionApi>().Map(endpoints);
        endpoints.ServiceProvider.GetRequiredService<AliasApi>().Map(endpoints);
        endpoints.ServiceProvider.GetRequiredService<EventInvokeConfigApi>().Map(endpoints);
        endpoints.ServiceProvider.GetRequiredService<RuntimeApi>().Map(endpoints);
    }
}
