using System.Globalization;
using System.Text;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>
/// Generates requests in which the path, the method, a header, the framing or the body may be invalid; some requests
/// are valid. The same seed and number always generate the same request.
/// </summary>
/// <param name="target">The server to which the requests are sent.</param>
/// <param name="port">The server's port, for the header <c>Host</c>.</param>
/// <param name="seed">Determines all requests.</param>
internal sealed class HostileRequests(HostileTarget target, int port, int seed)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "M-SEARCH", "POST/", "\u00e9", ""];

    private static readonly string[] Tails =
    [
        "/", "//", "/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "%00", "%", "%zz", "%c0%ae", "?", "??", "#a", "\\", ";a=b", "/\u00fc", "?limit=-1", "?limit=99999999999999999999", "?limit=1&cursor=AAAA", "?status=Nothing", "?customerId=",
        "?customerId=c-1&customerId=c-2", "?Qualifier=%F0%9F%92%A9", "?Marker=%%%", "?\u0001", "/./.", "?" + new string('a', 9_000),
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=a", "multipart/form-data", "application/json; charset=utf-16", "application/json; charset=nothing",
        "application/cbor", "/", "", "application/json, application/json", "application/x-www-form-urlencoded; charset=utf-32",
    ];

    private static readonly string[] Headers =
    [
        "traceparent: 00-00000000000000000000000000000000-0000000000000000-00", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: a=b," + new string('c', 3_000), "baggage: \u00fc=1", "X-Amzn-Trace-Id: Root=1-zz;Parent=;Sampled=?",
        "Authorization: Bearer a.b.c", "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0", "Authorization: AWS4-HMAC-SHA256 Credential=", "Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
        "X-Amz-Invocation-Type: Event", "X-Amz-Invocation-Type: Nothing", "X-Amz-Client-Context: e30=", "X-Amz-Client-Context: \u00fc", "Lambda-Runtime-Function-Error-Type: \u00fc", "Accept: application/xml;q=nothing", "Accept-Encoding: gzip, *;q=0", "Content-Encoding: gzip", "Range: bytes=0-",
        "If-Match: *", "Expect: 100-continue", "Expect: nothing", "Upgrade: websocket", "Upgrade: h2c", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil.example", "X-Http-Method-Override: DELETE", "Cookie: " + new string('a', 5_000), "X-Long: " + new string('a', 40_000), "X-Nul: a\0b", "X-Bare: a\rb",
        " Folded: a", "X-Folded: a\r\n b", "NoColon", ": no name", "X Space: a", "X-Latin: \u00e9", "Idempotency-Key: " + new string('k', 300),
    ];

    private static readonly string[] Hosts =
        ["evil.example", "localhost", "127.0.0.1", "[::1]", "localhost:99999", "localhost:nothing", "a b", "", "rebind.127.0.0.1.nip.io", "\u00fc.example", new string('h', 2_000)];

    /// <summary>Generates a request.</summary>
    public HostileRequest Create(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var (path, body, lines) = Draw(random, number);
        if (random.Next(4) == 0)
            path += Tails[random.Next(Tails.Length)];
        if (random.Next(40) == 0)
            path = Elsewhere(random, path);
        var method = random.Next(5) == 0 ? Methods[random.Next(Methods.Length)] : body.Length > 0 ? random.Next(12) == 0 ? "PUT" : "POST" : "GET";
        var version = random.Next(60) == 0 ? new[] { "HTTP/1.0", "HTTP/2.0", "HTTP/3.7", "HTTP/1.1 ", "http/1.1", "" }[random.Next(6)] : "HTTP/1.1";
        if (random.Next(25) != 0)
            lines.Insert(0, $"Host: {(random.Next(12) == 0 ? Hosts[random.Next(Hosts.Length)] : $"127.0.0.1:{port}")}");
        if (random.Next(60) == 0)
            lines.Add("Host: 127.0.0.1");
        for (var more = random.Next(3); more > 0; more--)
            lines.Add(Headers[random.Next(Headers.Length)]);
        if (random.Next(200) == 0)
            lines.AddRange(Enumerable.Range(0, random.Next(300)).Select(i => $"X-{i}: {i}"));
        var (framing, content, isWhole) = Frame(random, body);
        lines.AddRange(framing);
        if (random.Next(3) > 0)
            lines.Add("Connection: close");
        var head = Encoding.Latin1.GetBytes($"{method} {path} {version}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n");
        byte[] bytes = [.. head, .. content];
        if (random.Next(150) == 0)
            (bytes, isWhole) = (bytes[..random.Next(head.Length)], false);
        if (random.Next(300) == 0)
            (bytes, isWhole) = (new HostileJson(random).Garbage(), false);
        return new HostileRequest(number, bytes, [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(bytes.Length + 1)).Order()], isWhole && !Waits(path, lines));
    }

    private (string Path, byte[] Body, List<string> Lines) Draw(Random random, int number)
    {
        var json = new HostileJson(random);
        if (target == HostileTarget.Api)
        {
            var path = HostileOperations.ApiPaths[random.Next(HostileOperations.ApiPaths.Count)];
            var hasBody = path is "/orders" || path.StartsWith("/inventory", StringComparison.Ordinal) || random.Next(10) == 0;
            var body = !hasBody ? [] : random.Next(15) == 0 ? json.Garbage() : json.Damage(path is "/orders" ? HostileOperations.Order(number) : new System.Text.Json.Nodes.JsonObject { ["available"] = 5 });
            return (path, body, hasBody ? [ContentType(random, "application/json")] : []);
        }

        switch (random.Next(10))
        {
            case < 6:
                var request = random.Next(20) == 0 ? json.Garbage() : json.Damage(HostileOperations.Request(number));
                return ("/", request, [$"X-Amz-Target: {HostileOperations.Targets[random.Next(HostileOperations.Targets.Count)]}", ContentType(random, "application/x-amz-json-1.0")]);
            case 6:
                var form = $"Action={HostileOperations.Actions[random.Next(HostileOperations.Actions.Count)]}&Version=2010-05-15&StackName=order-system&LogicalResourceId=%FF{(random.Next(5) == 0 ? "&" + new string('=', random.Next(3_000)) : "")}";
                return ("/", Encoding.Latin1.GetBytes(form), [ContentType(random, "application/x-www-form-urlencoded")]);
            default:
                var path = HostileOperations.LocalCloudPaths[random.Next(HostileOperations.LocalCloudPaths.Count)];
                return (path, random.Next(2) == 0 ? [] : json.Damage(HostileOperations.Request(number)), [ContentType(random, "application/json")]);
        }
    }

    private static string ContentType(Random random, string usual) => $"Content-Type: {(random.Next(8) == 0 ? ContentTypes[random.Next(ContentTypes.Length)] : usual)}";

    private static string Elsewhere(Random random, string path) => random.Next(6) switch
    {
        0 => $"http://evil.example{path}",
        1 => "*",
        2 => "evil.example:443",
        3 => path.TrimStart('/'),
        4 => "/" + new string('a', random.Next(20_000)),
        _ => "",
    };

    /// <summary>
    /// Returns the headers that state the length of the body, and the framed body; either may be wrong.
    /// </summary>
    private static (List<string> Lines, byte[] Content, bool IsWhole) Frame(Random random, byte[] body) => random.Next(24) switch
    {
        0 => ([$"Content-Length: {body.Length + 1 + random.Next(100)}"], body, false),
        1 => ([$"Content-Length: {new[] { "-1", "1e3", "99999999999999999999", "0x10", "", "1, 1", " 5 5" }[random.Next(7)]}"], body, false),
        2 => ([$"Content-Length: {body.Length}", $"Content-Length: {body.Length + 5}"], body, false),
        3 => (["Transfer-Encoding: chunked", $"Content-Length: {body.Length}"], Chunks(random, body), false),
        4 => ([$"Transfer-Encoding: {new[] { "gzip", "chunked, gzip", "gzip, chunked", "nothing", "identity" }[random.Next(5)]}"], body, false),
        5 => (["Transfer-Encoding: chunked"], BrokenChunks(random, body), false),
        6 => ([], body, false),
        < 12 => (["Transfer-Encoding: chunked"], Chunks(random, body), true),
        _ => ([$"Content-Length: {body.Length}"], body, true),
    };

    private static byte[] Chunks(Random random, byte[] body)
    {
        var chunked = new List<byte>();
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(body.Length - at, 1 + random.Next(1 + (body.Length / 2)));
            chunked.AddRange(Encoding.ASCII.GetBytes($"{length:x}{(random.Next(5) == 0 ? ";a=" + new string('b', random.Next(50)) : "")}\r\n"));
            chunked.AddRange(body.AsSpan(at, length));
            chunked.AddRange("\r\n"u8);
            at += length;
        }

        chunked.AddRange("0\r\n\r\n"u8);
        return [.. chunked];
    }

    private static byte[] BrokenChunks(Random random, byte[] body) => random.Next(7) switch
    {
        0 => [.. "ffffffffffffffffffff\r\n"u8, .. body],
        1 => [.. "-1\r\n"u8, .. body],
        2 => [.. "zz\r\n"u8, .. body],
        3 => [.. Encoding.ASCII.GetBytes(body.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. body, .. "0\r\n\r\n"u8],
        4 => [.. Encoding.ASCII.GetBytes("1;" + new string('e', 20_000) + "\r\n"), .. "a\r\n0\r\n\r\n"u8],
        5 => [.. "0\r\nTrailer: a\r\n: b\r\n\r\n"u8],
        _ => [.. Encoding.ASCII.GetBytes((body.Length + 10).ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. body],
    };

    /// <summary>
    /// Whether the server may delay its response to the request, because the request is a long poll or invokes a
    /// function.
    /// </summary>
    private static bool Waits(string path, IEnumerable<string> lines) =>
        path.Contains("/runtime/", StringComparison.Ordinal) || path.Contains("/invocations", StringComparison.Ordinal)
        || lines.Any(line => line.Contains("GetActivityTask", StringComparison.Ordinal) || line.Contains("ReceiveMessage", StringComparison.Ordinal) || line.Contains("StartSyncExecution", StringComparison.Ordinal));
}
