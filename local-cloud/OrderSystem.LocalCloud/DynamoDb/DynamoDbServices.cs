namespace OrderSystem.LocalCloud.DynamoDb;

internal static class DynamoDbServices
{
    public static IServiceCollection AddDynamoDb(this IServiceCollection services)
    {
        services.AddSingleton<DynamoDbClient>();
        services.AddSingleton<DynamoDbProbe>();
        return services;
    }
}
