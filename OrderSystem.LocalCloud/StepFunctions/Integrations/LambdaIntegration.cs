using System.Text;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Functions: by their ARN as a resource, and by <c>lambda:invoke</c>.</summary>
internal sealed class LambdaIntegration(IFunctionInvoker functions) : IServiceIntegration
{
    public string Service => "lambda";

    public async ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Resource.Kind == TaskKind.LambdaFunction)
            return Parse((await InvokeAsync(request, request.Resource.Arn, request.Parameters, cancellationToken)).Payload.Span);
        var parameters = request.Parameters as JsonObject ?? JsonObject.Empty;
        var function = (parameters["FunctionName"] as JsonString)?.Value
            ?? throw new StatesErrorException(StatesErrors.Runtime, "The parameter 'FunctionName' of lambda:invoke is missing");
        var answer = await InvokeAsync(request, function, parameters["Payload"] ?? JsonObject.Empty, cancellationToken);
        var requestId = Guid.NewGuid().ToString();
        return JsonObject.Of(
            ("ExecutedVersion", answer.ExecutedVersion),
            ("Payload", Parse(answer.Payload.Span)),
            ("SdkHttpMetadata", SdkMetadata.Http(requestId)),
            ("SdkResponseMetadata", SdkMetadata.Response(requestId)),
            ("StatusCode", 200));
    }

    public ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken) =>
        throw new StatesErrorException(StatesErrors.Runtime, $"The resource '{request.Resource.Arn}' does not wait");

    private async ValueTask<InvocationResult> InvokeAsync(TaskRequest request, string function, JsonValue payload, CancellationToken cancellationToken)
    {
        var trace = request.Span.TraceId == default ? null : XRayTraceHeader.Format(request.Span);
        InvocationResult answer;
        try
        {
            answer = await functions.InvokeAsync(function, payload.ToUtf8Bytes(), trace, cancellationToken);
        }
        catch (AwsServiceException exception)
        {
            throw new StatesErrorException(
                $"Lambda.{exception.Code}",
                $"{exception.Message} (Service: Lambda, Status Code: {exception.StatusCode}, Request ID: {Guid.NewGuid()})");
        }

        return answer.FunctionError is null ? answer : throw FunctionFailure(answer);
    }

    private static StatesErrorException FunctionFailure(InvocationResult answer)
    {
        var document = Encoding.UTF8.GetString(answer.Payload.Span);
        var type = ((Parse(answer.Payload.Span) as JsonObject)?["errorType"] as JsonString)?.Value;
        return string.IsNullOrEmpty(type)
            ? new StatesErrorException("Lambda.Unknown", $"The cause could not be determined because Lambda did not return an error type. Returned payload: {document}")
            : new StatesErrorException(type, document);
    }

    private static JsonValue Parse(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return JsonValue.Null;
        try
        {
            return JsonValue.Parse(payload);
        }
        catch (System.Text.Json.JsonException)
        {
            throw new StatesErrorException("Lambda.InvalidResponse", "The function's answer is not JSON");
        }
    }
}
