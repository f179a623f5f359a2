using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>The server's reaction to a hostile request.</summary>
/// <param name="Status">The status of the response; 0 if the connection was closed without a response, -1 if no response
/// arrived in time.</param>
/// <param name="Text">The start of the response.</param>
internal readonly record struct HostileOutcome(int Status, string Text)
{
    /// <summary>Returns why the outcome is not allowed for a request; null if it is allowed.</summary>
    public string? Violation(HostileRequest request) => Status switch
    {
        -1 when request.IsWhole => "no response",
        // RFC 9110: 505 is the only correct response to an HTTP version that the server does not support.
        505 => null,
        503 when Text.Contains("\r\nRetry-After:", StringComparison.OrdinalIgnoreCase) => null,
        >= 500 => $"status {Status}",
        _ => null,
    };
}

/// <summary>Sends a hostile request on a new connection, and reads the start of the response.</summary>
internal static class HostileConnection
{
    private const int MaximumText = 4_000;

    /// <summary>How long the client waits for the response to a complete request.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long the client waits before it closes the connection, if it sent an incomplete request or a long poll.
    /// </summary>
    private static readonly TimeSpan Stay = TimeSpan.FromMilliseconds(100);

    public static async Task<HostileOutcome> SendAsync(int port, HostileRequest request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(enable: true, seconds: 0) };
        var response = new StringBuilder();
        try
        {
            limit.CancelAfter(Patience);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
            // Do not await the sending: the server may respond before it has read the whole request.
            var sending = SendAsync(socket, request, limit.Token);
            if (!request.IsWhole)
                limit.CancelAfter(Stay);
            var buffer = new byte[MaximumText];
            while (Status(response) is null && await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var read)
                response.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var status = Status(response) ?? 0;
            if (status >= 500 && await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var more)
                response.Append(Encoding.Latin1.GetString(buffer, 0, more));
            await limit.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new HostileOutcome(status, response.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HostileOutcome(Status(response) ?? -1, response.ToString());
        }
        catch (SocketException e)
        {
            return new HostileOutcome(Status(response) ?? 0, e.Message);
        }
    }

    private static async Task SendAsync(Socket socket, HostileRequest request, CancellationToken cancellationToken)
    {
        var at = 0;
        foreach (var end in request.Cuts.Append(request.Bytes.Length))
        {
            while (at < end)
                at += await socket.SendAsync(request.Bytes.AsMemory(at, end - at), cancellationToken);
        }
    }

    /// <summary>
    /// Returns the status of the first response that is not informational (1xx); null if its headers are incomplete.
    /// </summary>
    private static int? Status(StringBuilder response)
    {
        var text = response.ToString();
        while (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            if (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status >= 200)
                return status;
            text = text[(end + 4)..];
        }

        return null;
    }
}
