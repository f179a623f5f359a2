using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

/// <summary>
/// Tests a record's path with a real DynamoDB Local: from the table through its stream and the mapping to a process that polls
/// the Runtime API, or to the dead-letter queue.
/// </summary>
public sealed class StreamHopTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hop-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Records_are_delivered_poison_is_parked_and_a_restart_continues()
    {
        using var tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
        var template = Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(template, HopRig.Template, CancellationToken);
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template, DataDirectory = Path.Combine(_folder, "data") };

        await using (var host = await LocalCloudHost.StartAsync(options, CancellationToken))
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            await HopRig.PutAsync(tables, "good-1");
            await HopRig.PutAsync(tables, "poison");
            await HopRig.PutAsync(tables, "good-2");
            var records = await ServeUntilAsync(client, "good-2");
            Assert.Equal(["good-1", "poison", "good-2"], records.Select(HopRig.Id).Distinct());

            var record = records[0];
            Assert.Equal("INSERT", (string?)record["eventName"]);
            Assert.Equal("aws:dynamodb", (string?)record["eventSource"]);
            Assert.Contains("/stream/", (string?)record["eventSourceARN"], StringComparison.Ordinal);
            Assert.Equal("good-1", (string?)record["dynamodb"]!["Keys"]!["id"]!["S"]);
            Assert.Equal("1.5", (string?)record["dynamodb"]!["NewImage"]!["amount"]!["N"]);
            Assert.Equal("AQID", (string?)record["dynamodb"]!["NewImage"]!["bytes"]!["B"]);
            Assert.Equal("NEW_AND_OLD_IMAGES", (string?)record["dynamodb"]!["StreamViewType"]);
            Assert.InRange((double)record["dynamodb"]!["ApproximateCreationDateTime"]!, 1.6e9, 4e9);

            var parked = await ParkedAsync(client);
            var info = parked["DDBStreamBatchInfo"]!;
            Assert.Equal("RetryAttemptsExhausted", (string?)parked["requestContext"]!["condition"]);
            Assert.Equal(1, (int)info["batchSize"]!);
            Assert.Equal((string?)info["startSequenceNumber"], (string?)records.First(found => HopRig.Id(found) == "poison")["dynamodb"]!["SequenceNumber"]);
        }

        await HopRig.PutAsync(tables, "while-down");
        await using (var host = await LocalCloudHost.StartAsync(options, CancellationToken))
        {
            using var client = new HttpClient { BaseAddress = host.Address };
            Assert.Equal(["while-down"], (await ServeUntilAsync(client, "while-down")).Select(HopRig.Id));
        }
    }

    /// <summary>
    /// Serves the function until it has processed the record <paramref name="last"/>. Invocations with the poison record
    /// fail. Returns the records of all invocations.
    /// </summary>
    private static async Task<List<JsonNode>> ServeUntilAsync(HttpClient client, string last)
    {
        var seen = new List<JsonNode>();
        while (true)
        {
            var records = await HopRig.ServeAsync(client, id => id == "poison");
            seen.AddRange(records);
            if (records.Exists(record => HopRig.Id(record) == last) && !records.Exists(record => HopRig.Id(record) == "poison"))
                return seen;
        }
    }

    private static async Task<JsonNode> ParkedAsync(HttpClient client)
    {
        var received = await HopRig.CallAsync(client, "AmazonSQS.ReceiveMessage", """{"QueueUrl":"http://x/000000000000/parked","WaitTimeSeconds":20}""");
        return JsonNode.Parse((string)Assert.Single(received["Messages"]!.AsArray())!["Body"]!)!;
    }
}
