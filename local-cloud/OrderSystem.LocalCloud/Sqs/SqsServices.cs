using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

internal static class SqsServices
{
    public static IServiceCollection AddSqs(this IServiceCollection services) =>
        services.AddSingleton<QueueRegistry>().AddSingleton<IAwsJsonService, SqsService>();
}
