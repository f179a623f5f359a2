using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrderSystem.Api.Problems;

/// <summary>Reads a request's JSON body, up to a maximum size.</summary>
internal static class JsonBody
{
    /// <returns>
    /// The request's body, or a problem document: status 413 if the body is too large, status 415 if the body is not
    /// JSON.
    /// </returns>
    public static async Task<(ReadOnlyMemory<byte> Body, ProblemHttpResult? Refusal)> ReadAsync(HttpRequest request, int maximumBytes, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
            return (default, TypedResults.Problem("Send the body as application/json, in UTF-8.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        if (request.ContentLength > maximumBytes)
            return (default, TooLarge(maximumBytes));

        var buffer = new byte[Math.Min(maximumBytes, request.ContentLength ?? 4096) + 1];
        var length = 0;
        while (await ReadAsync(request.Body, buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > maximumBytes)
                return (default, TooLarge(maximumBytes));
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(maximumBytes + 1, buffer.Length * 2));
        }

        return (buffer.AsMemory(0, length), null);
    }

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // Kestrel throws IOException for a chunk size that overflows and for a connection that the client reset.
            throw new BadHttpRequestException(e.Message, StatusCodes.Status400BadRequest, e);
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));

    private static ProblemHttpResult TooLarge(int maximumBytes) =>
        TypedResults.Problem($"The body is too large. Send at most {maximumBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
}
