using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Runs the task <c>sqs:sendMessage</c>, with or without <c>.waitForTaskToken</c>.</summary>
internal sealed class SqsIntegration(QueueRegistry queues) : IServiceIntegration
{
    public string Service => "sqs";

    public async ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Resource.Api != "sendMessage")
            throw IntegrationErrors.Unavailable(request);
        var parameters = request.Parameters as StatesObject ?? StatesObject.Empty;
        if (parameters["MessageBody"] is { } body and not StatesString)
            parameters = parameters.With("MessageBody", body.ToJsonString());
        try
        {
            var sent = await SqsService.SendMessageAsync(queues.GetByUrl((parameters["QueueUrl"] as StatesString)?.Value ?? ""), SqsRequest.Parse(parameters.ToUtf8Bytes()));
            var requestId = Guid.NewGuid().ToString();
            var answer = new StatesObjectBuilder(5);
            if (sent.AttributesDigest is { } digest)
                answer.Set("MD5OfMessageAttributes", digest);
            return answer.Set("MD5OfMessageBody", sent.BodyDigest)
                .Set("MessageId", sent.Id)
                .Set("SdkHttpMetadata", SdkMetadata.Http(requestId))
                .Set("SdkResponseMetadata", SdkMetadata.Response(requestId))
                .Build();
        }
        catch (AwsServiceException exception)
        {
            throw IntegrationErrors.Of("SQS", "Sqs", exception);
        }
    }

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) =>
        throw IntegrationErrors.Unavailable(request);
}
