using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderSystem.Lambda.HttpApi;

namespace OrderSystem.Tests.Lambda.HttpApi;

/// <summary>The same requests are sent to Kestrel and as Lambda events, and get the same responses.</summary>
public sealed class HttpApiConformanceTests : IAsyncLifetime
{
    private static readonly string[] Methods = ["GET", "GET", "HEAD", "OPTIONS", "POST", "POST", "PUT", "DELETE", "PATCH"];
    private static readonly string[] Segments =
        ["plain", "a%20b", "%C3%BC", "a%2Fb", "a%2fb", "a+b", "%25", "%2525", "%zz", "%", "%FF", "%E2%82%AC", "a;b=c", "a%3Fb", "~", "a%5Cb", ".", "..", "%2e", "%2E%2e", "...", "", "UPPER"];
    private static readonly string[] Paths = ["/echo", "/echo/", "/", "/nowhere", "/cookies", "/binary", "/latin", "/redirect", "/problem", "/throws",
        "/empty", "/starting", "/large", "/late", "/untrue", "/where", "/streamed"];
    private static readonly string[] Queries = ["", "a=1", "a=1&a=2", "a=1&b=2&a=3", "q=a%20b+c%2B", "q=%C3%BC", "q=%zz", "empty=", "flag", "=nameless", "a=1&&b=2", "a[0]=1", "q=a=b"];
    private static readonly string[] TextTypes = ["application/json", "text/plain; charset=utf-8", "application/x-www-form-urlencoded"];

    private WebApplication _kestrel = null!;
    private WebApplication _lambda = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _kestrel = Build(builder => builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0"));
        _lambda = Build(builder => builder.Services.AddSingleton<HttpApiServer>().AddSingleton<IServer>(provider => provider.GetRequiredService<HttpApiServer>()));
        await _kestrel.StartAsync(Cancelled);
        await _lambda.StartAsync(Cancelled);
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(_kestrel.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _kestrel.DisposeAsync();
        await _lambda.DisposeAsync();
    }

    [Fact]
    public async Task Two_hundred_generated_requests_get_the_same_responses()
    {
        var random = new Random(20_26);
        var answers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 200; i++)
        {
            var request = GeneratedRequest(random);
            var overHttp = await OverHttpAsync(request);
            var asEvent = await AsEventAsync(request);
            Assert.True(overHttp == asEvent, string.Create(CultureInfo.InvariantCulture, $"request {i}: {request.Method} {request.Path}?{request.Query}\nKestrel: {overHttp}\nLambda:  {asEvent}"));
            answers.Add(overHttp);
        }

        // The generated requests must differ, because 200 identical requests would prove little.
        Assert.True(answers.Count > 120, string.Create(CultureInfo.InvariantCulture, $"only {answers.Count} different responses"));
    }

    [Fact]
    public async Task An_OnCompleted_exception_does_not_break_the_response()
    {
        var response = await _lambda.Services.GetRequiredService<HttpApiServer>().InvokeAsync(
            new HttpApiRequest { RawPath = "/completed", RequestContext = new() { Http = new() { Method = "GET" } } }, Cancelled);
        Assert.Equal((200, "done"), (response.StatusCode, response.Body));
    }

    [Fact]
    public async Task The_stage_is_the_path_base_and_the_source_IP_the_remote_address()
    {
        var response = await _lambda.Services.GetRequiredService<HttpApiServer>().InvokeAsync(
            new HttpApiRequest
            {
                RawPath = "/prod/where",
                RequestContext = new() { Stage = "prod", Http = new() { Method = "GET", SourceIp = "203.0.113.9" } },
            },
            Cancelled);
        Assert.Equal("/prod|/where|203.0.113.9|https", response.Body);
    }

    [Fact]
    public async Task The_deadline_aborts_the_request()
    {
        using var deadline = new CancellationTokenSource();
        var response = _lambda.Services.GetRequiredService<HttpApiServer>().InvokeAsync(
            new HttpApiRequest { RawPath = "/forever", RequestContext = new() { Http = new() { Method = "GET" } } }, deadline.Token);
        Assert.False(response.IsCompleted);
        await deadline.CancelAsync();
        Assert.Equal(500, (await response.WaitAsync(Cancelled)).StatusCode);
    }

    [Fact]
    public void Reads_an_event_as_API_Gateway_sends_it()
    {
        var request = JsonSerializer.Deserialize(
            """
            {"version":"2.0","routeKey":"$default","rawPath":"/my/path","rawQueryString":"parameter1=value1&parameter1=value2","cookies":["cookie1","cookie2"],
             "headers":{"header1":"value1","header2":"value1,value2"},"queryStringParameters":{"parameter1":"value1,value2"},
             "requestContext":{"accountId":"123456789012","apiId":"api-id","domainName":"id.execute-api.us-east-1.amazonaws.com","http":{"method":"POST","path":"/my/path","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"agent"},"requestId":"id","routeKey":"$default","stage":"$default","time":"12/Mar/2020:19:03:58 +0000","timeEpoch":1583348638390},
             "body":"SGVsbG8=","isBase64Encoded":true}
            """,
            HttpApiJson.Default.HttpApiRequest)!;
        Assert.Equal("/my/path", request.RawPath);
        Assert.Equal(["cookie1", "cookie2"], request.Cookies!);
        Assert.Equal("value1,value2", request.Headers!["header2"]);
        Assert.Equal("192.0.2.1", request.RequestContext.Http.SourceIp);
        Assert.True(request.IsBase64Encoded);
    }

    private static WebApplication Build(Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        configure(builder);
        var app = builder.Build();
        app.UseRouting();
        app.Map("/echo/{**rest}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var seen = context.Request.Headers.Where(header =>
                header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
                    && !header.Key.Equals("X-Forwarded-Proto", StringComparison.OrdinalIgnoreCase)
                    || header.Key.ToLowerInvariant() is "cookie" or "content-type")
                .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Select(header => $"{header.Key.ToLowerInvariant()}={header.Value}");
            await context.Response.WriteAsync(
                $"{context.Request.Method} {context.Request.Protocol} {context.Request.Host} {context.Request.Path} "
                    + $"{context.Request.QueryString} {context.Request.RouteValues["rest"]} {string.Join('|', seen)} "
                    + $"{string.Join('|', context.Request.Query.Select(pair => $"{pair.Key}:{pair.Value}"))} "
                    + $"{string.Join('|', context.Request.Cookies)} {context.Request.ContentLength} {Convert.ToHexString(body.ToArray())}",
                context.RequestAborted);
        });
        app.Map("/cookies", (HttpContext context) =>
        {
            context.Response.Cookies.Append("a", "1", new CookieOptions { HttpOnly = true });
            context.Response.Cookies.Append("b", "2 3");
            context.Response.Headers.Append("X-Many", "1");
            context.Response.Headers.Append("X-Many", "2");
            return Results.Text("cookies");
        });
        app.Map("/binary", () => Results.Bytes([0, 255, 128, 10, 13], "image/png"));
        app.Map("/latin", () => Results.Text("grün", "text/plain", Encoding.Latin1));
        app.Map("/redirect", () => Results.Redirect("/elsewhere?x=1"));
        app.Map("/problem", () => Results.Problem("mend it", statusCode: 400));
        app.Map("/throws", string () => throw new InvalidOperationException("broken"));
        app.Map("/empty", () => Results.NoContent());
        app.Map("/starting", (HttpContext context) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["X-Starting"] = context.Response.HasStarted.ToString();
                return Task.CompletedTask;
            });
            return Results.Json(new Dictionary<string, int> { ["a"] = 1 });
        });
        app.Map("/large", () => Results.Text(new string('x', 100_000)));
        app.Map("/late", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("started", context.RequestAborted);
            var refused = new List<string>();
            foreach (var change in new Action[] { () => context.Response.StatusCode = 500, () => context.Response.Headers["X-Late"] = "1", () =>
                context.Response.OnStarting(() => Task.CompletedTask) })
            {
                try
                {
                    change();
                }
                catch (InvalidOperationException)
                {
                    refused.Add("refused");
                }
            }

            await context.Response.WriteAsync(string.Join(' ', refused), context.RequestAborted);
        });
        app.Map("/untrue", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.Body.WriteAsync(new byte[] { 103, 114, 252, 110 }, context.RequestAborted);
        });
        app.Map("/streamed", async (HttpContext context) =>
        {
            context.Response.ContentType = "application/x-ndjson";
            for (var line = 0; line < 3; line++)
            {
                await context.Response.WriteAsync($"{{\"line\":{line}}}\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
        app.Map("/completed", (HttpContext context) =>
        {
            context.Response.OnCompleted(() => throw new InvalidOperationException("broken"));
            return Results.Text("done");
        });
        app.Map("/where", (HttpContext context) => $"{context.Request.PathBase}|{context.Request.Path}|{context.Connection.RemoteIpAddress}|{context.Request.Scheme}");
        app.Map("/forever", async (HttpContext context) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        return app;
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static Request GeneratedRequest(Random random)
    {
        var method = Pick(random, Methods);
        var path = random.Next(3) == 0 ? Pick(random, Paths) : $"/echo/{string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Segments)))}";
        List<(string, string)> headers = [("accept", "*/*")];
        if (random.Next(2) == 0)
            headers.Add(("x-one", "value, with comma"));
        for (var repeat = random.Next(4); repeat > 0; repeat--)
            headers.Add(("x-many", $"value{repeat}"));
        string[] cookies = random.Next(3) == 0 ? ["session=abc", "theme=dark", "coded=a%20b"] : [];
        if (method is "GET" or "HEAD" or "OPTIONS" or "DELETE" || random.Next(5) == 0)
            return new(method, path, Pick(random, Queries), headers, cookies, [], null, IsText: false);

        // API Gateway passes a body as text if its content type is a text type, and as Base64 otherwise.
        if (random.Next(2) == 0)
            return new(method, path, Pick(random, Queries), headers, cookies, Encoding.UTF8.GetBytes("""{"name":"Grüße","n":1}"""), Pick(random, TextTypes), IsText: true);
        var body = new byte[random.Next(6) == 0 ? 200_000 : random.Next(1, 60)];
        random.NextBytes(body);
        return new(method, path, Pick(random, Queries), headers, cookies, body, "application/octet-stream", IsText: false);
    }

    private static string Describe(int status, IEnumerable<KeyValuePair<string, string>> headers, byte[] body) =>
        $"{status} "
            + $"{string.Join('|', headers.Where(header => header.Key.ToLowerInvariant() is not ("date" or "server" or "transfer-encoding" or "content-length" or "connection")).Select(header => $"{header.Key.ToLowerInvariant()}={header.Value}").Order(StringComparer.Ordinal))} {Convert.ToHexString(body)}";

    private async Task<string> OverHttpAsync(Request sent)
    {
        // Send the path unchanged, because the server must interpret dots and percent signs.
        var address = new Uri($"{_kestrel.Urls.Single()}{sent.Path}{(sent.Query.Length == 0 ? "" : "?")}{sent.Query}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(sent.Method), address);
        if (sent.ContentType is not null)
        {
            request.Content = new ByteArrayContent(sent.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", sent.ContentType);
        }

        foreach (var (name, value) in sent.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (sent.Cookies.Length > 0)
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", sent.Cookies));
        using var response = await _client.SendAsync(request, Cancelled);
        var all = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Key == "Set-Cookie" ? header.Value.Select(value => KeyValuePair.Create(header.Key, value))
                : [KeyValuePair.Create(header.Key, string.Join(',', header.Value))]);
        return Describe((int)response.StatusCode, all, await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    private async Task<string> AsEventAsync(Request sent)
    {
        var headers = sent.Headers.GroupBy(header => header.Name, header => header.Value).ToDictionary(header => header.Key, header => string.Join(", ", header));
        headers["host"] = new Uri(_kestrel.Urls.Single()).Authority;
        headers["x-forwarded-proto"] = "http";
        if (sent.ContentType is not null)
            headers["content-type"] = sent.ContentType;
        if (sent.Method is "POST" or "PUT" or "PATCH")
            headers["content-length"] = sent.Body.Length.ToString(CultureInfo.InvariantCulture);
        var request = new HttpApiRequest
        {
            RawPath = sent.Path,
            RawQueryString = sent.Query,
            Headers = headers,
            Cookies = sent.Cookies,
            Body = sent.Body.Length == 0 ? null : sent.IsText ? Encoding.UTF8.GetString(sent.Body) : Convert.ToBase64String(sent.Body),
            IsBase64Encoded = sent.Body.Length > 0 && !sent.IsText,
            RequestContext = new() { Stage = "$default", Http = new() { Method = sent.Method, Protocol = "HTTP/1.1", SourceIp = "127.0.0.1" } },
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(request, HttpApiJson.Default.HttpApiRequest);
        var response = await _lambda.Services.GetRequiredService<HttpApiServer>().InvokeAsync(JsonSerializer.Deserialize(json, HttpApiJson.Default.HttpApiRequest)!, Cancelled);
        var all = (response.Headers ?? new Dictionary<string, string>()).Concat((response.Cookies ?? []).Select(cookie => KeyValuePair.Create("Set-Cookie", cookie)));
        var bytes = response.Body is null ? [] : response.IsBase64Encoded ? Convert.FromBase64String(response.Body) : Encoding.UTF8.GetBytes(response.Body);
        return Describe(response.StatusCode, all, bytes);
    }

    private sealed record Request(string Method, string Path, string Query, IReadOnlyList<(string Name, string Value)> Headers, string[] Cookies, byte[] Body, string? ContentType, bool IsText);
}
