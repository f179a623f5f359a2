using System.Net.Sockets;
using System.Text;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>Sends raw HTTP requests, for example malformed ones that no HTTP client library would send.</summary>
public static class RawRequest
{
    /// <summary>
    /// Sends the text of a request unchanged, except that line endings become CRLF. Returns the response up to at least the
    /// end of its headers.
    /// </summary>
    public static async Task<string> SendAsync(Uri address, string request, CancellationToken cancellationToken)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, cancellationToken);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ReplaceLineEndings("\r\n")), cancellationToken);
        var response = new StringBuilder();
        var buffer = new byte[4096];
        while (!response.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            response.Append(Encoding.UTF8.GetString(buffer, 0, read));
        return response.ToString();
    }

    /// <summary>
    /// Sends a chunked POST request with the given text as the size of its first chunk. Returns the status code of the
    /// response.
    /// </summary>
    public static async Task<int> PostChunkAsync(Uri address, string path, string headers, string chunkSize, CancellationToken cancellationToken)
    {
        var response = await SendAsync(address,
            $"POST {path} HTTP/1.1\nHost: {address.Authority}\nConnection: close\nTransfer-Encoding: chunked\n{headers}\n\n{chunkSize}\n{{}}\n0\n\n",
            cancellationToken);
        Assert.StartsWith("HTTP/1.1 ", response, StringComparison.Ordinal);
        return int.Parse(response.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }
}
