using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Http;

public class RoutingTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_service_gets_an_error_of_the_JSON_protocol()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("{}", Encoding.UTF8, "application/x-amz-json-1.1") };
        request.Headers.Add("X-Amz-Target", "Nowhere_20200101.DoIt");
        using var response = await cloud.Client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/x-amz-json-1.1", response.Content.Headers.ContentType!.MediaType);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!;
        Assert.Equal("UnknownOperationException", (string?)error["__type"]);
        Assert.Contains("Nowhere_20200101", (string?)error["message"], StringComparison.Ordinal);
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-amzn-RequestId").Single(), out _));
    }

    [Fact]
    public async Task A_request_without_a_target_gets_an_unknown_operation_error()
    {
        using var response = await cloud.Client.PostAsync("/", new StringContent("{}"), CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("MissingAction", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_path_gets_an_error_of_the_REST_protocol()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/2015-03-31/layers");
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await cloud.Client.SendAsync(request, CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("UnknownOperationException", response.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.Contains("of lambda", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_is_reported(string path)
    {
        using var response = await cloud.Client.GetAsync(path, CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
