using System.Diagnostics;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>Lambda API Reference: "Invoke", in its three invocation types.</summary>
internal sealed class InvokeApi(FunctionRegistry functions, FunctionInvoker invoker, AsynchronousInvocations asynchronous)
{
    private const int MaximumPayloadBytes = 6 * 1024 * 1024;
    private const int MaximumAsynchronousPayloadBytes = 1024 * 1024;

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/2015-03-31/functions/{function}/invocations", LambdaErrors.Answer(InvokeAsync));

    private async Task InvokeAsync(HttpContext context)
    {
        var function = functions.Get((string)context.Request.RouteValues["function"]!);
        var type = context.Request.Headers["X-Amz-Invocation-Type"].ToString();
        var payload = await ReadPayloadAsync(context, type == "Event" ? MaximumAsynchronousPayloadBytes : MaximumPayloadBytes);
        context.Response.Headers["X-Amz-Executed-Version"] = "$LATEST";
        switch (type)
        {
            case "" or "RequestResponse":
                await AnswerAsync(context, await invoker.InvokeAsync(function, payload, TraceHeader(context), ClientContext(context), context.RequestAborted));
                break;
            case "Event":
                await asynchronous.EnqueueAsync(function.Configuration.Name, AwsRequestId.Of(context), payload, TraceHeader(context));
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

    private static async Task AnswerAsync(HttpContext context, InvocationResult result)
    {
        AwsRequestId.Stamp(context);
        if (result.FunctionError is { } error)
            context.Response.Headers["X-Amz-Function-Error"] = error;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Payload.Length;
        await context.Response.BodyWriter.WriteAsync(result.Payload, context.RequestAborted);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadPayloadAsync(HttpContext context, int maximum)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (body.Length > maximum)
            throw new AwsServiceException("RequestTooLargeException", $"{body.Length} byte payload is too large for the invocation type (limit {maximum} bytes)", 413);
        if (body.Length == 0)
            return "{}"u8.ToArray();
        var payload = body.ToArray();
        var reader = new Utf8JsonReader(payload);
        while (reader.Read())
        {
        }

        return payload;
    }

    private static string? TraceHeader(HttpContext context) =>
        context.Request.Headers["X-Amzn-Trace-Id"].ToString() is { Length: > 0 } header ? header
        : Activity.Current is { } activity ? XRayTraceHeader.Format(activity.Context)
        : null;

    private static string? ClientContext(HttpContext context) =>
        context.Request.Headers["X-Amz-Client-Context"].ToString() is { Length: > 0 } header
            ? System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(header))
            : null;
}
