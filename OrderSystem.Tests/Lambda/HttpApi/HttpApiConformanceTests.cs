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

/// <summary>The same requests through Kestrel and as events: the same application gives the same answers.</summary>
public sealed class HttpApiConformanceTests : IAsyncLifetime
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH"];
    private static readonly string[] Paths = ["/echo/plain", "/echo/a%20b", "/echo/%C3%BC", "/echo/a%2Fb", "/echo/a+b", "/echo", "/echo/", "/nowhere", "/cookies", "/binary", "/latin", "/redirect", "/problem", "/throws", "/empty", "/starting", "/large"];
    private static readonly string[] Queries = ["", "a=1", "a=1&a=2", "q=a%20b+c%2B", "q=%C3%BC", "empty=", "flag"];

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
    public async Task Two_hundred_generated_requests_get_the_same_answers()
    {
        var random = new Random(20_26);
        for (var i = 0; i < 200; i++)
        {
            var method = Pick(random, Methods);
            var path = Pick(random, Paths);
            var query = Pick(random, Queries);
            var body = method is "GET" or "DELETE" ? [] : Body(random);
            var headers = Headers(random);
            string[] cookies = random.Next(3) == 0 ? ["session=abc", "theme=dark"] : [];

            var overHttp = await OverHttpAsync(method, path, query, headers, cookies, body);
            var asEvent = await AsEventAsync(method, path, query, headers, cookies, body);
            Assert.True(overHttp == asEvent, string.Create(CultureInfo.InvariantCulture, $"request {i}: {method} {path}?{query}\nKestrel: {overHttp}\nLambda:  {asEvent}"));
        }
    }

    [Fact]
    public async Task The_stage_is_the_path_base_and_the_client_its_address()
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
            var seen = context.Request.Headers.Where(header => header.Key.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || header.Key.ToLowerInvariant() is "cookie" or "content-type")
                .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Select(header => $"{header.Key.ToLowerInvariant()}={header.Value}");
            await context.Response.WriteAsync(
                $"{context.Request.Method} {context.Request.Path} {context.Request.QueryString} {context.Request.RouteValues["rest"]} {string.Join('|', seen)} {string.Join('|', context.Request.Query.Select(pair => $"{pair.Key}:{pair.Value}"))} {string.Join('|', context.Request.Cookies)} {context.Request.ContentLength} {Convert.ToHexString(body.ToArray())}",
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
        app.Map("/where", (HttpContext context) => $"{context.Request.PathBase}|{context.Request.Path}|{context.Connection.RemoteIpAddress}|{context.Request.Scheme}");
        app.Map("/forever", async (HttpContext context) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        return app;
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static byte[] Body(Random random)
    {
        var body = new byte[random.Next(0, 60)];
        random.NextBytes(body);
        return random.Next(2) == 0 ? body : Encoding.UTF8.GetBytes("""{"name":"Grüße","n":1}""");
    }

    private static Dictionary<string, string> Headers(Random random)
    {
        Dictionary<string, string> headers = [];
        if (random.Next(2) == 0)
            headers["x-one"] = "value, with comma";
        if (random.Next(2) == 0)
            headers["x-two"] = "2";
        return headers;
    }

    private static string Describe(int status, IEnumerable<KeyValuePair<string, string>> headers, byte[] body) =>
        $"{status} {string.Join('|', headers.Where(header => header.Key.ToLowerInvariant() is not ("date" or "server" or "transfer-encoding" or "content-length" or "connection")).Select(header => $"{header.Key.ToLowerInvariant()}={header.Value}").Order(StringComparer.Ordinal))} {Convert.ToHexString(body)}";

    private async Task<string> OverHttpAsync(string method, string path, string query, Dictionary<string, string> headers, string[] cookies, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path + (query.Length == 0 ? "" : "?" + query), UriKind.Relative));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
        }

        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (cookies.Length > 0)
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies));
        using var response = await _client.SendAsync(request, Cancelled);
        var all = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Key == "Set-Cookie" ? header.Value.Select(value => KeyValuePair.Create(header.Key, value)) : [KeyValuePair.Create(header.Key, string.Join(',', header.Value))]);
        return Describe((int)response.StatusCode, all, await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    private async Task<string> AsEventAsync(string method, string path, string query, Dictionary<string, string> headers, string[] cookies, byte[] body)
    {
        if (body.Length > 0)
            headers = new Dictionary<string, string>(headers) { ["content-type"] = "application/octet-stream" };
        var request = new HttpApiRequest
        {
            RawPath = path,
            RawQueryString = query,
            Headers = headers,
            Cookies = cookies,
            Body = body.Length == 0 ? null : Convert.ToBase64String(body),
            IsBase64Encoded = body.Length > 0,
            RequestContext = new() { Stage = "$default", Http = new() { Method = method, SourceIp = "192.0.2.1" } },
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(request, HttpApiJson.Default.HttpApiRequest);
        var response = await _lambda.Services.GetRequiredService<HttpApiServer>().InvokeAsync(JsonSerializer.Deserialize(json, HttpApiJson.Default.HttpApiRequest)!, Cancelled);
        var all = (response.Headers ?? new Dictionary<string, string>()).Concat((response.Cookies ?? []).Select(cookie => KeyValuePair.Create("Set-Cookie", cookie)));
        var bytes = response.Body is null ? [] : response.IsBase64Encoded ? Convert.FromBase64String(response.Body) : Encoding.UTF8.GetBytes(response.Body);
        return Describe(response.StatusCode, all, bytes);
    }
}
