using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs.MoveTasks;

namespace OrderSystem.LocalCloud.Sqs;

internal static class SqsServices
{
    public static IServiceCollection AddSqs(this IServiceCollection services) =>
        services.AddSingleton<QueueRegistry>().AddSingleton<MessageMoveTasks>().AddSingleton<IAwsJsonService, SqsService>();
}
