using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>Reads requests and writes responses of the REST JSON protocol.</summary>
internal static class RestJson
{
    private const int MaximumRequestBytes = 1024 * 1024;

    /// <summary>Reads the JSON document of a request.</summary>
    /// <exception cref="AwsServiceException">The document is not an object, or is too large.</exception>
    /// <exception cref="JsonException">The body is not JSON.</exception>
    public static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        var (body, length) = await RequestBody.ReadAsync(context, MaximumRequestBytes);
        if (length > MaximumRequestBytes)
            throw new AwsServiceException("RequestTooLargeException", $"The request is larger than {MaximumRequestBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
        return RequestJson.Parse(body) as JsonObject
            ?? throw new AwsServiceException("InvalidRequestContentException", "Could not parse request body into json: it must be an object");
    }

    /// <summary>Sends a response whose body is the JSON document that <paramref name="write"/> writes.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        AwsRequestId.Stamp(context);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
