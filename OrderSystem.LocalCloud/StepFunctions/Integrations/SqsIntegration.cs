using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary><c>sqs:sendMessage</c>, also <c>.waitForTaskToken</c>.</summary>
internal sealed class SqsIntegration(QueueRegistry queues) : IServiceIntegration
{
    public string Service => "sqs";

    public async ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Resource.Api != "sendMessage")
            throw IntegrationErrors.Unavailable(request);
        var parameters = request.Parameters as JsonObject ?? JsonObject.Empty;
        var body = parameters["MessageBody"] switch
        {
            JsonString text => text.Value,
            { } structured => structured.ToJsonString(),
            null => throw new StatesErrorException("SQS.MissingParameterException", "The request must contain the parameter MessageBody."),
        };
        try
        {
            var queue = queues.GetByUrl((parameters["QueueUrl"] as JsonString)?.Value ?? "");
            var attributes = parameters["MessageAttributes"] is JsonObject given ? System.Text.Json.Nodes.JsonNode.Parse(given.ToJsonString())!.AsObject() : null;
            var delay = parameters["DelaySeconds"] is JsonNumber seconds ? TimeSpan.FromSeconds(seconds.Value) : (TimeSpan?)null;
            var id = await queue.SendAsync(body, attributes, delay);
            var requestId = Guid.NewGuid().ToString();
            return JsonObject.Of(
                ("MD5OfMessageBody", MessageDigest.OfBody(body)),
                ("MessageId", id),
                ("SdkHttpMetadata", SdkMetadata.Http(requestId)),
                ("SdkResponseMetadata", SdkMetadata.Response(requestId)));
        }
        catch (AwsServiceException exception)
        {
            throw IntegrationErrors.Of("SQS", "Sqs", exception);
        }
    }

    public ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken) =>
        throw IntegrationErrors.Unavailable(request);
}
