using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Http;

/// <summary>
/// Checks that LocalCloud rejects requests from web pages of other origins, and from pages whose host name was rebound to this
/// machine (DNS rebinding).
/// </summary>
public class BrowserAccessTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Requests => new()
    {
        { "POST", "/", "AmazonSQS.ReceiveMessage" },
        { "POST", "/", "AWSStepFunctions.StartExecution" },
        { "POST", "/", "" },
        { "POST", "/2015-03-31/functions/FUNCTION/invocations", "" },
        { "POST", "/2015-03-31/event-source-mappings/", "" },
        { "PUT", "/2019-09-25/functions/FUNCTION/event-invoke-config", "" },
        { "DELETE", "/2019-09-25/functions/FUNCTION/event-invoke-config", "" },
        { "GET", "/2015-03-31/functions/", "" },
        { "GET", "/FUNCTION/2018-06-01/runtime/invocation/next", "" },
        { "POST", "/FUNCTION/2018-06-01/runtime/invocation/one/response", "" },
        { "POST", "/FUNCTION/2018-06-01/runtime/init/error", "" },
        { "OPTIONS", "/", "" },
        { "GET", "/nowhere", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_page_of_another_origin_is_refused(string method, string path, string target)
    {
        foreach (var header in new[] { "Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site" })
        {
            using var response = await SendAsync(method, path, target, header);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.DoesNotContain(response.Headers, answered => answered.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_rebound_host_name_is_refused(string method, string path, string target)
    {
        using var response = await SendAsync(method, path, target, "Host: evil.example:4566");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("The host name evil.example:4566 is not allowed", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_request_does_not_invoke_the_function()
    {
        var function = cloud.CreateFunction();
        using var refused = await SendAsync("POST", $"/2015-03-31/functions/{function}/invocations", "", "Origin: https://evil.example");
        using var waiting = new CancellationTokenSource();
        var next = cloud.Client.GetAsync($"/{function}/2018-06-01/runtime/invocation/next", waiting.Token);
        using var stolen = await SendAsync("GET", $"/{function}/2018-06-01/runtime/invocation/next", "", "Sec-Fetch-Site: cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, stolen.StatusCode);
        Assert.False(next.IsCompleted);
        await waiting.CancelAsync();
    }

    [Fact]
    public async Task A_navigation_may_read_pages_but_not_change_anything()
    {
        using var shown = await SendAsync("GET", "/2015-03-31/functions/", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        using var taken = await SendAsync("GET", "/FUNCTION/2018-06-01/runtime/invocation/next", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");
        Assert.Equal(HttpStatusCode.Forbidden, taken.StatusCode);
        using var changed = await SendAsync("POST", "/", "AmazonSQS.ListQueues", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");
        Assert.Equal(HttpStatusCode.Forbidden, changed.StatusCode);
    }

    [Theory]
    [InlineData("X-None: 1")]
    [InlineData("Sec-Fetch-Site: same-origin")]
    [InlineData("Sec-Fetch-Site: none")]
    public async Task Programs_and_pages_of_the_same_origin_are_served(string header)
    {
        using var response = await SendAsync("POST", "/", "AmazonSQS.ListQueues", header);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var own = await SendAsync("POST", "/", "AmazonSQS.ListQueues", $"Origin: {cloud.Host.Address.GetLeftPart(UriPartial.Authority)}");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task Refusals_use_the_error_format_of_the_protocol()
    {
        using var json = await SendAsync("POST", "/", "AmazonSQS.ListQueues", "Origin: https://evil.example");
        Assert.Equal("AccessDeniedException", (string?)JsonNode.Parse(await json.Content.ReadAsStringAsync(CancellationToken))!["__type"]);
        using var rest = await SendAsync("POST", "/2015-03-31/functions/FUNCTION/invocations", "", "Origin: https://evil.example");
        Assert.Equal("AccessDeniedException", rest.Headers.GetValues("x-amzn-ErrorType").Single());
    }

    [Fact]
    public async Task Containers_may_be_allowed_by_name()
    {
        await using var host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, AllowedHosts = "host.docker.internal" }, CancellationToken);
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/alive");
        request.Headers.Host = $"host.docker.internal:{host.Address.Port}";
        using var response = await client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, string target, params string[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("FUNCTION", cloud.CreateFunction(), StringComparison.Ordinal));
        if (method is "POST" or "PUT")
            request.Content = new StringContent("{}", Encoding.UTF8, "text/plain");
        if (target.Length > 0)
            request.Headers.Add("X-Amz-Target", target);
        foreach (var header in headers.Select(header => header.Split(": ", 2)))
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        return cloud.Client.SendAsync(request, CancellationToken);
    }
}
