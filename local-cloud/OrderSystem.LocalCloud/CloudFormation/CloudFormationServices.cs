using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.CloudFormation;

internal static class CloudFormationServices
{
    public static IServiceCollection AddCloudFormation(this IServiceCollection services)
    {
        services.AddSingleton<Stack>();
        services.AddSingleton<IAwsQueryService, CloudFormationService>();
        return services;
    }
}
