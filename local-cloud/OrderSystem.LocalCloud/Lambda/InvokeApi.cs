using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;
using OrderSystem.ServiceDefaults;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary><c>Invoke</c> with its three invocation types. See "Invoke" in the Lambda API Reference.</summary>
internal sealed class InvokeApi(FunctionRegistry functions, IFunctionInvoker invoker, AsynchronousInvocations asynchronous)
{
    private const int MaximumPayloadBytes = 6 * 1024 * 1024;
    private const int MaximumAsynchronousPayloadBytes = 1024 * 1024;

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/2015-03-31/functions/{function}/invocations", LambdaErrors.Answer(InvokeAsync));

    private async Task InvokeAsync(HttpContext context)
    {
        var reference = Reference(context);
        functions.Get(reference.ToString());
        var type = context.Request.Headers["X-Amz-Invocation-Type"].ToString();
        var payload = await ReadPayloadAsync(context, type is "" ? "RequestResponse" : type, type == "Event" ? MaximumAsynchronousPayloadBytes : MaximumPayloadBytes);
        switch (type)
        {
            case "" or "RequestResponse":
                var request = new InvocationRequest(reference.ToString(), payload)
                {
                    RequestId = AwsRequestId.Of(context),
                    TraceHeader = TraceHeader(context),
                    ClientContext = ClientContext(context),
                };
                await AnswerAsync(context, await invoker.InvokeAsync(request, context.RequestAborted));
                break;
            case "Event":
                await asynchronous.EnqueueAsync(reference, AwsRequestId.Of(context), payload, TraceHeader(context));
                AwsRequestId.Stamp(context);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case "DryRun":
                AwsRequestId.Stamp(context);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            default:
                throw new AwsServiceException("ValidationException",
                    $"Value '{type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
        }
    }

    private static FunctionReference Reference(HttpContext context)
    {
        var reference = FunctionReference.Parse(context.RouteValue("function"));
        if (context.Request.Query["Qualifier"].ToString() is not { Length: > 0 } qualifier)
            return reference;
        if (reference.Qualifier is { } derived && derived != qualifier)
            throw new AwsServiceException("InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.");
        return FunctionReference.Parse($"{reference.Name}:{qualifier}");
    }

    private static async Task AnswerAsync(HttpContext context, InvocationResult result)
    {
        AwsRequestId.Stamp(context);
        context.Response.Headers["X-Amz-Executed-Version"] = result.ExecutedVersion;
        if (result.FunctionError is { } error)
            context.Response.Headers["X-Amz-Function-Error"] = error;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Payload.Length;
        await context.Response.BodyWriter.WriteAsync(result.Payload, context.RequestAborted);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadPayloadAsync(HttpContext context, string invocationType, int maximum)
    {
        var (payload, length) = await RequestBody.ReadAsync(context, maximum);
        if (length > maximum)
            throw new AwsServiceException("RequestTooLargeException", $"{length} byte payload is too large for the {invocationType} invocation type (limit {maximum} bytes)", 413);
        if (length == 0)
            return "{}"u8.ToArray();
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 1000 });
        while (reader.Read())
        {
        }

        return payload;
    }

    // A trace header that is not ASCII is ignored, because it could not be passed on to the function in a header.
    private static string? TraceHeader(HttpContext context) =>
        context.Request.Headers["X-Amzn-Trace-Id"].ToString() is { Length: > 0 } header && System.Text.Ascii.IsValid(header) ? header
        : Activity.Current is { } activity ? XRayTraceHeader.Format(activity.Context)
        : null;

    /// <summary>
    /// Returns the client context as one line of ASCII, so that it can be passed on in a header; null if the request has
    /// none.
    /// </summary>
    private static string? ClientContext(HttpContext context)
    {
        var header = context.Request.Headers["X-Amz-Client-Context"].ToString();
        if (header.Length == 0)
            return null;
        try
        {
            if (System.Buffers.Text.Base64.IsValid(header) && RequestJson.Parse(Convert.FromBase64String(header)) is JsonObject clientContext)
                return clientContext.ToJsonString();
        }
        catch (JsonException)
        {
            // The invalid client context is rejected below.
        }

        throw new AwsServiceException("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.");
    }
}
