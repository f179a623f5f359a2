using System.Text;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.ServiceDefaults;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>
/// Runs tasks that invoke a Lambda function: those whose resource is the function's ARN, and <c>lambda:invoke</c>.
/// </summary>
internal sealed class LambdaIntegration(IFunctionInvoker functions, FunctionRegistry registry, AsynchronousInvocations asynchronous) : IServiceIntegration
{
    public string Service => "lambda";

    public async ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Resource.Kind == TaskKind.LambdaFunction)
            return Parse((await InvokeAsync(request, request.Resource.Arn, request.Parameters, Guid.NewGuid().ToString(), cancellationToken)).Payload.Span);
        var parameters = request.Parameters as StatesObject ?? StatesObject.Empty;
        var function = (parameters["FunctionName"] as StatesString)?.Value
            ?? throw new StatesErrorException(StatesErrors.Runtime, "The parameter 'FunctionName' of lambda:invoke is missing");
        if (parameters["Qualifier"] is StatesString { Value: var qualifier })
            function += $":{qualifier}";
        var payload = parameters["Payload"] ?? StatesObject.Empty;
        var requestId = Guid.NewGuid().ToString();
        switch ((parameters["InvocationType"] as StatesString)?.Value)
        {
            case "Event":
                await EnqueueAsync(request, function, requestId, payload);
                return Accepted(requestId, 202);
            case "DryRun":
                Get(function);
                return Accepted(requestId, 204);
        }

        var answer = await InvokeAsync(request, function, payload, requestId, cancellationToken);
        return StatesObject.Of(
            ("ExecutedVersion", answer.ExecutedVersion),
            ("Payload", Parse(answer.Payload.Span)),
            ("SdkHttpMetadata", SdkMetadata.Http(requestId)),
            ("SdkResponseMetadata", SdkMetadata.Response(requestId)),
            ("StatusCode", 200));
    }

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) =>
        throw new StatesErrorException(StatesErrors.Runtime, $"The resource '{request.Resource.Arn}' does not support .sync");

    private static StatesObject Accepted(string requestId, int status) => StatesObject.Of(
        ("Payload", ""),
        ("SdkHttpMetadata", SdkMetadata.Http(requestId, status)),
        ("SdkResponseMetadata", SdkMetadata.Response(requestId)),
        ("StatusCode", status));

    private static string? TraceHeader(TaskRequest request) => request.Span.TraceId == default ? null : XRayTraceHeader.Format(request.Span);

    private static StatesErrorException Failed(AwsServiceException exception, string requestId) => new(
        $"Lambda.{exception.Code}",
        $"{exception.Message} (Service: Lambda, Status Code: {exception.StatusCode}, Request ID: {requestId})");

    private RegisteredFunction Get(string function)
    {
        try
        {
            return registry.Get(function);
        }
        catch (AwsServiceException exception)
        {
            throw Failed(exception, Guid.NewGuid().ToString());
        }
    }

    private Task EnqueueAsync(TaskRequest request, string function, string requestId, StatesValue payload) =>
        asynchronous.EnqueueAsync(new FunctionReference(Get(function).Configuration.Name, FunctionReference.Parse(function).Qualifier), requestId, payload.ToUtf8Bytes(), TraceHeader(request));

    private async ValueTask<InvocationResult> InvokeAsync(TaskRequest request, string function, StatesValue payload, string requestId, CancellationToken cancellationToken)
    {
        InvocationResult answer;
        try
        {
            answer = await functions.InvokeAsync(new InvocationRequest(function, payload.ToUtf8Bytes()) { RequestId = requestId, TraceHeader = TraceHeader(request) }, cancellationToken);
        }
        catch (AwsServiceException exception)
        {
            throw Failed(exception, requestId);
        }

        return answer.FunctionError is null ? answer : throw FunctionFailure(answer);
    }

    private static StatesErrorException FunctionFailure(InvocationResult answer)
    {
        var document = Encoding.UTF8.GetString(answer.Payload.Span);
        var type = ((Parse(answer.Payload.Span) as StatesObject)?["errorType"] as StatesString)?.Value;
        return string.IsNullOrEmpty(type)
            ? new StatesErrorException("Lambda.Unknown", $"The cause could not be determined because Lambda did not return an error type. Returned payload: {document}")
            : new StatesErrorException(type, document);
    }

    private static StatesValue Parse(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return StatesValue.Null;
        try
        {
            return StatesValue.Parse(payload);
        }
        catch (System.Text.Json.JsonException)
        {
            throw new StatesErrorException("Lambda.InvalidResponse", "The function's response is not JSON");
        }
    }
}
