using System.Net;
using System.Net.Http.Headers;
using System.Text;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

/// <summary>
/// Sends requests with hostile bodies. Each response is a problem document that explains the error, and no data is stored.
/// </summary>
public sealed class HostileBodyTests : IClassFixture<ApiFixture>
{
    private const string Valid = """{"orderId":"o-1","customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}""";

    private readonly ApiFixture _api;

    public HostileBodyTests(ApiFixture api) => _api = api;

    public static TheoryData<string> Bodies =>
    [
        "", " ", "null", "true", "42", "\"order\"", "[]", "{}",
        Valid[..^1], Valid[..40], Valid + "x", Valid + Valid,
        Valid.Replace("2,", "NaN,", StringComparison.Ordinal),
        Valid.Replace("9.95", "Infinity", StringComparison.Ordinal),
        Valid.Replace("9.95", "1e999999", StringComparison.Ordinal),
        Valid.Replace("9.95", new string('9', 100_000), StringComparison.Ordinal),
        Valid.Replace("9.95", "-9.95", StringComparison.Ordinal),
        Valid.Replace("9.95", "09.95", StringComparison.Ordinal),
        Valid.Replace("9.95", "\"9.95\"", StringComparison.Ordinal),
        Valid.Replace(":2,", ":2147483648,", StringComparison.Ordinal),
        Valid.Replace(":2,", ":-9223372036854775809,", StringComparison.Ordinal),
        Valid.Replace("\"c-1\"", "{\"$ref\":\"#\"}", StringComparison.Ordinal),
        Valid.Replace("\"c-1\"", "[\"c-1\"]", StringComparison.Ordinal),
        Valid.Replace("c-1", "\\u0000", StringComparison.Ordinal),
        Valid.Replace("c-1", "\\ud800", StringComparison.Ordinal),
        Valid.Replace("c-1", "'; DROP TABLE Orders; --", StringComparison.Ordinal),
        Valid.Replace("o-1", "../../etc/passwd", StringComparison.Ordinal),
        Valid.Replace("EUR", "€", StringComparison.Ordinal),
        Valid.Replace("{\"orderId\"", "{\"status\":\"Completed\",\"orderId\"", StringComparison.Ordinal),
        Valid.Replace("{\"orderId\"", "{\"__proto__\":{},\"orderId\"", StringComparison.Ordinal),
        Valid.Replace("{\"orderId\":\"o-1\"", "{\"orderId\":\"o-1\",\"orderId\":\"o-2\"", StringComparison.Ordinal),
        Valid.Replace("\"orderId\"", "\"OrderId\"", StringComparison.Ordinal),
        new string('[', 100_000),
        string.Concat(Enumerable.Repeat("{\"a\":", 50_000)),
        Valid.Replace("2,", "1e1,", StringComparison.Ordinal),
        "\ufeff" + Valid,
        Valid.Replace("EUR", new string('X', 240_000), StringComparison.Ordinal),
        Valid.Replace("EUR", new string('X', 200_000), StringComparison.Ordinal).Replace("[{", $"[{Repeat(99, "{'sku':'S#','quantity':0,'unitPrice':1.23456}")},{{", StringComparison.Ordinal),
        $"{{{Repeat(20_000, "'m#':0")}}}",
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_hostile_body_returns_400_with_the_errors(string body)
    {
        using var response = await PostAsync(Encoding.UTF8.GetBytes(body), "application/json");
        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        Assert.NotEmpty(problem["errors"]!.AsObject());
        Assert.InRange((await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length, 1, 64 * 1024);
        await NothingWrittenAsync();
    }

    [Fact]
    public async Task A_body_that_is_not_UTF8_returns_400()
    {
        var bytes = Encoding.UTF8.GetBytes(Valid);
        bytes[20] = 0xff;
        using var response = await PostAsync(bytes, "application/json; charset=utf-8");
        await ProblemAsync(response, HttpStatusCode.BadRequest);
        using var utf16 = await PostAsync(Encoding.Unicode.GetBytes(Valid), "application/json");
        await ProblemAsync(utf16, HttpStatusCode.BadRequest);
        await NothingWrittenAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_300_KiB_returns_413_with_or_without_ContentLength(bool chunked)
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Valid.PadRight(300 * 1024))));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentLength = chunked ? null : 300 * 1024;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await _api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge);
        await NothingWrittenAsync();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task A_body_without_a_JSON_content_type_returns_415(string? contentType)
    {
        using var response = await PostAsync(Encoding.UTF8.GetBytes(Valid), contentType);
        await ProblemAsync(response, HttpStatusCode.UnsupportedMediaType);
        await NothingWrittenAsync();
    }

    private static string Repeat(int times, string json) =>
        string.Join(',', Enumerable.Range(0, times).Select(i => json.Replace('\'', '"').Replace("#", $"{i}", StringComparison.Ordinal)));

    private Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return _api.Client.PostAsync("/orders", content, TestContext.Current.CancellationToken);
    }

    private async Task NothingWrittenAsync()
    {
        Assert.Equal(0, _api.Orders.Count);
        using var health = await _api.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
