using System.Threading.Channels;
using OrderSystem.DeadLetters;

namespace OrderSystem.LocalCloud.Tests.DeadLetters;

/// <summary>
/// Tests the <c>dlq</c> commands on records that were parked by a mapping with a real DynamoDB Local as its source.
/// </summary>
public sealed class DlqCommandTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dlq-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Dlq_lists_shows_and_redrives_messages_and_removes_only_successful_ones()
    {
        using var tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
        var template = Path.Combine(_folder, "template.yaml");
        await File.WriteAllTextAsync(template, HopRig.Template, CancellationToken);
        await using var host = await LocalCloudHost.StartAsync(
            new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template }, CancellationToken);
        using var client = new HttpClient { BaseAddress = host.Address };
        using var connection = AwsConnection.Local(host.Address, dynamoDb.Endpoint, "us-east-1");
        var aws = new AwsClient(connection);

        var broken = true;
        var processed = Channel.CreateBounded<string>(16);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var serving = ServeAsync();
        await HopRig.PutAsync(tables, "first");
        await HopRig.PutAsync(tables, "second");
        while (await CountAsync(client) < 2)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);

        var list = await RunAsync(DlqCommand.ListAsync);
        Assert.Equal(2, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("RetryAttemptsExhausted", list.Output, StringComparison.Ordinal);
        var shown = await RunAsync(session => DlqCommand.ShowAsync(session, 2));
        Assert.Contains("\"second\"", shown.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(session => DlqCommand.ShowAsync(session, 3))).ExitCode);

        var stays = await RunAsync(session => DlqCommand.RedriveAsync(session, [1]));
        Assert.Equal(1, stays.ExitCode);
        Assert.Contains("kept in the queue: the function reported 1 of 1 record(s) as failed", stays.Output, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(client));

        broken = false;
        var one = await RunAsync(session => DlqCommand.RedriveAsync(session, [2]));
        Assert.Equal(0, one.ExitCode);
        Assert.Equal("second", await processed.Reader.ReadAsync(CancellationToken));
        Assert.Equal(1, await CountAsync(client));
        Assert.Equal(0, (await RunAsync(session => DlqCommand.RedriveAsync(session, []))).ExitCode);
        Assert.Equal("first", await processed.Reader.ReadAsync(CancellationToken));
        Assert.False(processed.Reader.TryRead(out _));
        Assert.Contains("No dead-letter messages.", (await RunAsync(DlqCommand.ListAsync)).Output, StringComparison.Ordinal);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);

        async Task ServeAsync()
        {
            while (true)
            {
                var fails = false;
                var records = await HopRig.ServeAsync(client, _ => fails = broken).WaitAsync(stop.Token);
                foreach (var record in fails ? [] : records)
                    processed.Writer.TryWrite(HopRig.Id(record));
            }
        }

        async Task<(int ExitCode, string Output)> RunAsync(Func<DlqCommand.Session, Task<int>> command)
        {
            await using var output = new StringWriter();
            var exitCode = await DlqCommand.RunAsync(aws, "parked", lost: null, output, command, CancellationToken);
            return (exitCode, output.ToString());
        }
    }

    private static async Task<int> CountAsync(HttpClient client)
    {
        var answer = await HopRig.CallAsync(client, "AmazonSQS.GetQueueAttributes", """{"QueueUrl":"http://x/000000000000/parked","AttributeNames":["ApproximateNumberOfMessages"]}""");
        return int.Parse((string)answer["Attributes"]!["ApproximateNumberOfMessages"]!);
    }
}
