using System.Buffers;

namespace OrderSystem.LocalCloud.Http;

/// <summary>Reads request bodies.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Reads a request body to its end, so that a client that is still sending receives the response. Keeps at most
    /// <paramref name="maximum"/> bytes of the body.
    /// </summary>
    /// <returns>The bytes that were kept, and the length of the whole body.</returns>
    /// <exception cref="BadHttpRequestException">The client disconnected, or the HTTP framing of the request is
    /// malformed.</exception>
    public static async ValueTask<(byte[] Body, long Length)> ReadAsync(HttpContext context, int maximum)
    {
        var reader = context.Request.BodyReader;
        var body = new ArrayBufferWriter<byte>(512);
        var length = 0L;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted);
                length += result.Buffer.Length;
                if (length <= maximum)
                {
                    foreach (var segment in result.Buffer)
                        body.Write(segment.Span);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return (body.WrittenSpan.ToArray(), length);
            }
        }
        catch (IOException error) when (error is not BadHttpRequestException)
        {
            // Kestrel throws IOException for a chunk size that overflows, and for a connection that the client reset.
            throw new BadHttpRequestException(error.Message, StatusCodes.Status400BadRequest, error);
        }
    }
}
