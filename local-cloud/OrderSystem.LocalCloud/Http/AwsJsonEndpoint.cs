using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using OrderSystem.ServiceDefaults;

namespace OrderSystem.LocalCloud.Http;

/// <summary>
/// Handles <c>POST /</c> requests for all services that use the AWS JSON protocol. The <c>X-Amz-Target</c> header selects the
/// service and the operation.
/// </summary>
internal sealed class AwsJsonEndpoint(IEnumerable<IAwsJsonService> services, LocalCloudOptions options, ILogger<AwsJsonEndpoint> logger)
{
    private const int MaximumRequestBytes = 2 * 1024 * 1024;

    private readonly FrozenDictionary<string, IAwsJsonService> _services =
        services.ToFrozenDictionary(service => service.TargetPrefix, StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/", context => context.Request.HasFormContentType
            ? context.RequestServices.GetRequiredService<AwsQueryEndpoint>().HandleAsync(context)
            : context.RequestServices.GetRequiredService<AwsJsonEndpoint>().HandleAsync(context));

    public async Task HandleAsync(HttpContext context)
    {
        AwsRequestId.Stamp(context);
        var (prefix, operation) = SplitTarget(context.Request.Headers["X-Amz-Target"].ToString());
        try
        {
            if (!_services.TryGetValue(prefix, out var service))
                throw UnknownService(context, prefix);
            var body = await ReadAsync(context);
            var answer = new ArrayBufferWriter<byte>(512);
            await using (var writer = new Utf8JsonWriter(answer))
                await service.InvokeAsync(operation, body, writer, Caller(context), context.RequestAborted);
            context.Response.ContentType = context.Request.ContentType ?? "application/x-amz-json-1.0";
            context.Response.ContentLength = answer.WrittenCount;
            await context.Response.BodyWriter.WriteAsync(answer.WrittenMemory, context.RequestAborted);
        }
        catch (AwsServiceException error)
        {
            await AwsErrors.WriteJsonAsync(context, error);
        }
        catch (JsonException error)
        {
            await AwsErrors.WriteJsonAsync(context, new AwsServiceException("SerializationException", error.Message));
        }
        catch (BadHttpRequestException error)
        {
            await AwsErrors.WriteJsonAsync(context, new AwsServiceException("SerializationException", error.Message, error.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (Exception error)
        {
            logger.RequestFailed(error, prefix, operation);
            await AwsErrors.WriteJsonAsync(context, new AwsServiceException("InternalFailure", error.Message, 500));
        }
    }

    private AwsCaller Caller(HttpContext context)
    {
        var trace = context.Request.Headers["X-Amzn-Trace-Id"].ToString();
        if (trace.Length == 0 && Activity.Current is { } activity)
            trace = XRayTraceHeader.Format(activity.Context);
        return new AwsCaller(AwsSignature.Region(context) ?? options.Region, trace.Length == 0 ? null : trace);
    }

    private static AwsServiceException UnknownService(HttpContext context, string prefix)
    {
        return prefix.Length == 0
            ? new AwsServiceException("MissingAction", $"The header X-Amz-Target is missing: it must name an operation of {AwsSignature.Service(context) ?? "a service"}.")
            : new AwsServiceException("UnknownOperationException", $"LocalCloud has no service {prefix}.");
    }

    private static (string Prefix, string Operation) SplitTarget(string target)
    {
        var dot = target.LastIndexOf('.');
        return dot < 0 ? ("", target) : (target[..dot], target[(dot + 1)..]);
    }

    private static async ValueTask<byte[]> ReadAsync(HttpContext context)
    {
        var (body, length) = await RequestBody.ReadAsync(context, MaximumRequestBytes);
        return length <= MaximumRequestBytes ? body
            : throw new AwsServiceException("RequestEntityTooLargeException", $"The request is larger than {MaximumRequestBytes} bytes.", 413);
    }
}
