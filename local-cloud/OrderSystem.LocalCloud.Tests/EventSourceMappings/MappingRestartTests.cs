using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

/// <summary>Tests what happens to event source mappings when LocalCloud restarts with the same data folder.</summary>
public sealed class MappingRestartTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IDisposable
{
    private const string Path = "/2015-03-31/event-source-mappings/";

    private const string Template = """
        Resources:
          Function:
            Type: AWS::Lambda::Function
            Properties: { FunctionName: consume, Handler: Consume }
          Declared:
            Type: AWS::SQS::Queue
            Properties: { QueueName: declared }
          Mapping:
            Type: AWS::Lambda::EventSourceMapping
            Properties: { EventSourceArn: !GetAtt Declared.Arn, FunctionName: !Ref Function, BatchSize: 3 }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mappings-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Api_created_mappings_survive_restart_and_template_mappings_are_reset()
    {
        await RunAsync(async client =>
        {
            await QueueAsync(client, "kept");
            await QueueAsync(client, "gone");
            var kept = await SendAsync(client, HttpMethod.Post, Path,
                Request("kept", """{"BatchSize":7,"FilterCriteria":{"Filters":[{"Pattern":"{\"body\":[\"x\"]}"}]},"ScalingConfig":{"MaximumConcurrency":2}}"""));
            await SettledAsync(client, kept);
            await SendAsync(client, HttpMethod.Put, Path + kept["UUID"], JsonNode.Parse("""{"Enabled":false,"MaximumBatchingWindowInSeconds":4}""")!.AsObject());
            var gone = await SendAsync(client, HttpMethod.Post, Path, Request("gone", "{}"));
            await SettledAsync(client, gone);
            await SendAsync(client, HttpMethod.Delete, Path + gone["UUID"], null);
            var declared = (await MappingsAsync(client)).Single(mapping => (string?)mapping["EventSourceArn"] == Arn("declared"));
            await SendAsync(client, HttpMethod.Put, Path + declared["UUID"], JsonNode.Parse("""{"BatchSize":9}""")!.AsObject());
            while ((await MappingsAsync(client)).Exists(mapping => mapping["EventSourceArn"]!.ToString() == Arn("gone") || (string?)mapping["State"] is not ("Enabled" or "Disabled")))
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken);
        });

        await RunAsync(async client =>
        {
            var mappings = (await MappingsAsync(client)).ToDictionary(mapping => (string)mapping["EventSourceArn"]!);
            Assert.Equal([Arn("declared"), Arn("kept")], mappings.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(3, (int)mappings[Arn("declared")]["BatchSize"]!);
            var kept = mappings[Arn("kept")];
            Assert.Equal((7, 4, "Disabled", 2), ((int)kept["BatchSize"]!, (int)kept["MaximumBatchingWindowInSeconds"]!, (string?)kept["State"], (int)kept["ScalingConfig"]!["MaximumConcurrency"]!));
            Assert.Equal("""{"body":["x"]}""", (string?)kept["FilterCriteria"]!["Filters"]![0]!["Pattern"]);
        });
    }

    private async Task RunAsync(Func<HttpClient, Task> use)
    {
        var template = System.IO.Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(template, Template, CancellationToken);
        await using var host = await LocalCloudHost.StartAsync(
            new LocalCloudOptions
            {
                Port = 0,
                DynamoDbEndpoint = dynamoDb.Endpoint,
                TemplatePath = template,
                DataDirectory = System.IO.Path.Combine(_folder, "data")
            }, CancellationToken);
        using var client = new HttpClient { BaseAddress = host.Address };
        await use(client);
    }

    private static JsonObject Request(string queue, string properties)
    {
        var request = JsonNode.Parse(properties)!.AsObject();
        request["FunctionName"] = "consume";
        request["EventSourceArn"] = Arn(queue);
        return request;
    }

    private static string Arn(string queue) => $"arn:aws:sqs:us-east-1:000000000000:{queue}";

    private static Task<JsonNode> QueueAsync(HttpClient client, string name) => HopRig.CallAsync(client, "AmazonSQS.CreateQueue", new JsonObject { ["QueueName"] = name }.ToJsonString());

    private static async Task<List<JsonNode>> MappingsAsync(HttpClient client) =>
        [.. (await SendAsync(client, HttpMethod.Get, Path, null))["EventSourceMappings"]!.AsArray().Select(mapping => mapping!)];

    private static async Task SettledAsync(HttpClient client, JsonNode mapping)
    {
        while ((string?)(await SendAsync(client, HttpMethod.Get, Path + mapping["UUID"], null))["State"] is not ("Enabled" or "Disabled"))
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken);
    }

    private static async Task<JsonNode> SendAsync(HttpClient client, HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, CancellationToken);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
