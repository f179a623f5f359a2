using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Lambda;

public class EventInvokeConfigTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_config_can_be_put_updated_read_listed_and_deleted()
    {
        var function = cloud.CreateFunction();
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, function, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, function, "{}")).Status);

        var put = await SendAsync(HttpMethod.Put, function, """{"MaximumRetryAttempts":0,"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:failures"}}}""");
        Assert.Equal((0, (JsonNode?)null, "arn:aws:sqs:us-east-1:000000000000:failures"), (
            (int)put.Body!["MaximumRetryAttempts"]!, put.Body["MaximumEventAgeInSeconds"], (string?)put.Body["DestinationConfig"]!["OnFailure"]!["Destination"]));
        var updated = await SendAsync(HttpMethod.Post, function, """{"MaximumEventAgeInSeconds":60}""");
        Assert.Equal((0, 60), ((int)updated.Body!["MaximumRetryAttempts"]!, (int)updated.Body["MaximumEventAgeInSeconds"]!));
        Assert.NotNull(updated.Body["DestinationConfig"]!["OnFailure"]!["Destination"]);
        Assert.Equal(updated.Body.ToJsonString(), (await SendAsync(HttpMethod.Get, function, null)).Body!.ToJsonString());
        Assert.Single((await SendAsync(HttpMethod.Get, function + "/event-invoke-config/list", null, raw: true)).Body!["FunctionEventInvokeConfigs"]!.AsArray());

        var again = await SendAsync(HttpMethod.Put, function, "{}");
        Assert.Equal((null, null), (again.Body!["MaximumRetryAttempts"], again.Body["MaximumEventAgeInSeconds"]));
        Assert.Null(again.Body["DestinationConfig"]!["OnFailure"]!["Destination"]);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, function, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, function, null)).Status);
    }

    [Theory]
    [InlineData("""{"MaximumRetryAttempts":3}""", "MaximumRetryAttempts is 3, but must be from 0 to 2")]
    [InlineData("""{"MaximumEventAgeInSeconds":59}""", "MaximumEventAgeInSeconds is 59, but must be from 60 to 21600")]
    [InlineData("""{"DestinationConfig":{"OnSuccess":{"Destination":"arn:aws:sns:us-east-1:0:topic"}}}""",
        "The destination arn:aws:sns:us-east-1:0:topic is not an SQS queue: LocalCloud supports only queues.")]
    [InlineData("[]", "Could not parse request body into json: it must be an object")]
    public async Task Invalid_settings_are_refused_with_a_message(string body, string message)
    {
        var refused = await SendAsync(HttpMethod.Put, cloud.CreateFunction(), body);
        Assert.Equal((HttpStatusCode.BadRequest, message), (refused.Status, (string?)refused.Body!["message"]));
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string function, string? body, bool raw = false)
    {
        using var request = new HttpRequestMessage(method, $"/2019-09-25/functions/{function}{(raw ? "" : "/event-invoke-config")}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await cloud.Client.SendAsync(request, CancellationToken);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
