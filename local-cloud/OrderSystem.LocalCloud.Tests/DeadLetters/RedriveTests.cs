using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.DeadLetters;

namespace OrderSystem.LocalCloud.Tests.DeadLetters;

/// <summary>
/// Tests how the <c>dlq redrive</c> command retries dead-letter messages: it invokes functions or starts executions again.
/// </summary>
public sealed class RedriveTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IAsyncLifetime
{
    private const string Template = """
        Resources:
          Function:
            Type: AWS::Lambda::Function
            Properties: { FunctionName: consume, Handler: Consume, Timeout: 30 }
          Parked:
            Type: AWS::SQS::Queue
            Properties: { QueueName: parked }
        """;

    private const string FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:consume";

    private readonly string _template = Path.GetTempFileName();
    private LocalCloudHost _host = null!;
    private HttpClient _client = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_template, Template, CancellationToken);
        _host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = _template }, CancellationToken);
        _client = new HttpClient { BaseAddress = _host.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        File.Delete(_template);
    }

    [Fact]
    public async Task Redrive_invokes_the_function_again_with_a_failed_event()
    {
        await ParkAsync($$$"""{"version":"1.0","requestContext":{"functionArn":"{{{FunctionArn}}}","condition":"RetriesExhausted"},"requestPayload":{"id":7},"responsePayload":{"errorType":"Boom"}}""");
        Assert.Contains("RetriesExhausted          an event of consume", (await RunAsync(DlqCommand.ListAsync)).Output, StringComparison.Ordinal);

        var failing = AnswerAsync(error: true);
        Assert.Equal(1, await RedriveAsync());
        Assert.Equal("""{"id":7}""", await failing);
        Assert.Equal(1, await CountAsync());

        var answering = AnswerAsync(error: false);
        Assert.Equal(0, await RedriveAsync());
        Assert.Equal("""{"id":7}""", await answering);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Unrecognised_messages_are_listed_kept_on_redrive_and_can_be_purged()
    {
        string[] bodies = ["no JSON", "[1]", """{"DDBStreamBatchInfo":{"shardId":7},"requestContext":{"functionArn":"f"}}""", """{"requestContext":null,"requestPayload":1}"""];
        foreach (var body in bodies)
            await ParkAsync(body);
        var list = await RunAsync(DlqCommand.ListAsync);
        Assert.All(bodies, body => Assert.Contains($"{"unknown",-24}  {(body.Length <= 60 ? body : body[..60])}", list.Output, StringComparison.Ordinal));

        var redrive = await RunAsync(session => DlqCommand.RedriveAsync(session, []));
        Assert.Equal((1, bodies.Length), (redrive.ExitCode, redrive.Output.Split("kept in the queue: the message refers to no records, event or execution").Length - 1));
        Assert.Equal((0, "4 dead-letter message(s) deleted."), await RunAsync(DlqCommand.PurgeAsync) is var (exitCode, output) ? (exitCode, output.Trim()) : default);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task An_unknown_message_number_is_an_error_and_nothing_is_redriven()
    {
        await ParkAsync("no JSON");
        var redrive = await RunAsync(session => DlqCommand.RedriveAsync(session, [1, 99]));
        Assert.Equal((1, "There is no message 99: the queue has 1 message(s)."), (redrive.ExitCode, redrive.Output.Trim()));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Messages_beyond_one_receive_are_listed_once_and_become_visible_again()
    {
        for (var i = 0; i < 25; i++)
            await ParkAsync($"letter {i:D2}");
        foreach (var _ in new[] { 1, 2 })
        {
            var lines = (await RunAsync(DlqCommand.ListAsync)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(Enumerable.Range(0, 25).Select(i => $"letter {i:D2}"), lines.Select(line => line.Trim()[^9..]).Order(StringComparer.Ordinal));
        }

        Assert.Equal(25, await CountAsync());
    }

    [Theory]
    [InlineData("o-1")]
    [InlineData("an-execution-whose-name-has-all-of-the-eighty-characters-that-the-service-allows")]
    public async Task Redrive_restarts_a_failed_execution_with_the_same_input(string execution)
    {
        var machine = await HopRig.CallAsync(_client, "AWSStepFunctions.CreateStateMachine", new JsonObject
        {
            ["name"] = "orders",
            ["roleArn"] = "arn:aws:iam::000000000000:role/orders",
            ["definition"] = $$$$"""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"{{{{FunctionArn}}}}","End":true}}}""",
        }.ToJsonString());
        var started = await HopRig.CallAsync(_client, "AWSStepFunctions.StartExecution", new JsonObject
        {
            ["stateMachineArn"] = (string)machine["stateMachineArn"]!,
            ["name"] = execution,
            ["input"] = """{"orderId":"o-1"}""",
        }.ToJsonString());
        await AnswerAsync(error: true);
        await ParkAsync(new JsonObject { ["orderId"] = "o-1", ["execution"] = (string)started["executionArn"]!, ["error"] = new JsonObject { ["Error"] = "Boom" } }.ToJsonString());

        var failing = AnswerAsync(error: true);
        Assert.Equal(1, await RedriveAsync());
        Assert.Equal("""{"orderId":"o-1"}""", await failing);
        Assert.Equal(1, await CountAsync());

        var answering = AnswerAsync(error: false);
        Assert.Equal(0, await RedriveAsync());
        Assert.Equal("""{"orderId":"o-1"}""", await answering);
        Assert.Equal(0, await CountAsync());
    }

    private async Task<string> AnswerAsync(bool error)
    {
        using var next = await _client.GetAsync("/Consume/2018-06-01/runtime/invocation/next", CancellationToken);
        var id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        using var answer = new StringContent(error ? """{"errorType":"Boom","errorMessage":"broken"}""" : "{}", Encoding.UTF8, "application/json");
        using var accepted = await _client.PostAsync($"/Consume/2018-06-01/runtime/invocation/{id}/{(error ? "error" : "response")}", answer, CancellationToken);
        return await next.Content.ReadAsStringAsync(CancellationToken);
    }

    private async Task<int> RedriveAsync() => (await RunAsync(session => DlqCommand.RedriveAsync(session, []))).ExitCode;

    private async Task<(int ExitCode, string Output)> RunAsync(Func<DlqCommand.Session, Task<int>> command)
    {
        using var connection = AwsConnection.Local(_host.Address, dynamoDb.Endpoint, "us-east-1");
        await using var output = new StringWriter();
        return (await DlqCommand.RunAsync(new AwsClient(connection), "parked", lost: null, output, command, CancellationToken), output.ToString());
    }

    private Task<JsonNode> ParkAsync(string body) =>
        HopRig.CallAsync(_client, "AmazonSQS.SendMessage", new JsonObject { ["QueueUrl"] = "http://x/000000000000/parked", ["MessageBody"] = body }.ToJsonString());

    private async Task<int> CountAsync()
    {
        var answer = await HopRig.CallAsync(_client, "AmazonSQS.GetQueueAttributes", """{"QueueUrl":"http://x/000000000000/parked","AttributeNames":["ApproximateNumberOfMessages"]}""");
        return int.Parse((string)answer["Attributes"]!["ApproximateNumberOfMessages"]!, CultureInfo.InvariantCulture);
    }
}
