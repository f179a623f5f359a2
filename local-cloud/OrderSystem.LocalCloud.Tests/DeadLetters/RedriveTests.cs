using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.DeadLetters;
using OrderSystem.EventSources.DeadLetters;

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
        await FailedExecutionAsync(execution, $$$$"""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"{{{{FunctionArn}}}}","End":true}}}""");

        var answering = AnswerAsync(error: false);
        Assert.Equal(0, await RedriveAsync());
        Assert.Equal("""{"orderId":"o-1"}""", await answering);
        Assert.Equal(0, await CountAsync());
    }

    /// <summary>
    /// Simulates an order store that is down during three redrives: each redriven execution fails and parks its order again.
    /// The fourth redrive succeeds.
    /// </summary>
    [Fact]
    public async Task Redriving_an_order_that_fails_again_never_leaves_two_messages()
    {
        await FailedExecutionAsync("o-1", $$$$"""
            {"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"{{{{FunctionArn}}}}","End":true,"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Park"}]},
              "Park":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Next":"Parked","ResultPath":null,"Parameters":{
                "QueueUrl":"http://x/000000000000/parked","MessageBody":{"orderId.$":"$.orderId","execution.$":"$$.Execution.Id","error.$":"$.error"}}},
              "Parked":{"Type":"Fail","Error":"Parked"}}}
            """, parks: false);
        foreach (var _ in new[] { 1, 2, 3 })
        {
            var failing = AnswerAsync(error: true);
            var redrive = await RunAsync(session => DlqCommand.RedriveAsync(session, []));
            await failing;
            Assert.Equal(1, redrive.ExitCode);
            Assert.Contains("the new execution ended FAILED: Parked", redrive.Output, StringComparison.Ordinal);
            Assert.Equal(1, await CountAsync());
        }

        var answering = AnswerAsync(error: false);
        Assert.Equal(0, await RedriveAsync());
        Assert.Equal("""{"orderId":"o-1"}""", await answering);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_message_that_could_not_be_deleted_starts_no_second_execution()
    {
        var failed = await FailedExecutionAsync("o-1", $$$$"""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"{{{{FunctionArn}}}}","End":true}}}""");
        using var connection = AwsConnection.Local(_host.Address, dynamoDb.Endpoint, "us-east-1");
        var redrive = new Redrive(new AwsClient(connection), lost: null, TimeProvider.System);
        var message = new ReceivedMessage("id", "receipt", DateTimeOffset.UnixEpoch, DeadLetter.Read(new JsonObject { ["execution"] = failed }.ToJsonString()));
        var first = await redrive.TryAsync(message, CancellationToken);
        var again = await redrive.TryAsync(message, CancellationToken);
        await AnswerAsync(error: true);
        Assert.StartsWith("ended FAILED: Boom ", await redrive.WaitAsync(first.Execution!, CancellationToken), StringComparison.Ordinal);
        var afterItsEnd = await redrive.TryAsync(message, CancellationToken);
        Assert.All([first, again, afterItsEnd], attempt => Assert.Equal((null, $"{failed}-redrive-0"), (attempt.Problem, attempt.Execution)));
        Assert.Equal("an earlier redrive started its execution", afterItsEnd.Note);
    }

    [Fact]
    public async Task A_message_is_kept_with_the_reason_while_its_records_cannot_be_read()
    {
        await ParkAsync($$$"""
            {"requestContext":{"functionArn":"{{{FunctionArn}}}","condition":"RetryAttemptsExhausted"},
             "DDBStreamBatchInfo":{"shardId":"shardId-00000001772366400000-00000000","startSequenceNumber":"000000000000000000100","endSequenceNumber":"000000000000000000900","batchSize":2,
               "approximateArrivalOfFirstRecord":"2026-03-01T12:00:00Z","approximateArrivalOfLastRecord":"2026-03-01T12:00:02Z",
               "streamArn":"arn:aws:dynamodb:ddblocal:000000000000:table/Gone/stream/2026-03-01T00:00:00.000"}}
            """);
        var redrive = await RunAsync(session => DlqCommand.RedriveAsync(session, []), new UnreadableRecords());
        Assert.Equal(1, redrive.ExitCode);
        Assert.Contains("1  kept in the queue: no response: the table is down", redrive.Output, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync());
    }

    private sealed class UnreadableRecords : ILostRecords
    {
        public Task<IReadOnlyList<JsonObject>> FindAsync(RecordRange range, CancellationToken cancellationToken) =>
            Task.FromException<IReadOnlyList<JsonObject>>(new HttpRequestException("the table is down"));
    }

    /// <summary>
    /// Runs an execution whose function fails. If <paramref name="parks"/> is true, also sends the dead-letter message,
    /// because the state machine does not send one.
    /// </summary>
    /// <returns>The execution's ARN.</returns>
    private async Task<string> FailedExecutionAsync(string name, string definition, bool parks = true)
    {
        var machine = await HopRig.CallAsync(_client, "AWSStepFunctions.CreateStateMachine", new JsonObject
        {
            ["name"] = "orders",
            ["roleArn"] = "arn:aws:iam::000000000000:role/orders",
            ["definition"] = definition,
        }.ToJsonString());
        var started = await HopRig.CallAsync(_client, "AWSStepFunctions.StartExecution", new JsonObject
        {
            ["stateMachineArn"] = (string)machine["stateMachineArn"]!,
            ["name"] = name,
            ["input"] = """{"orderId":"o-1"}""",
        }.ToJsonString());
        var arn = (string)started["executionArn"]!;
        await AnswerAsync(error: true);
        using var connection = AwsConnection.Local(_host.Address, dynamoDb.Endpoint, "us-east-1");
        Assert.StartsWith("ended FAILED", await new Redrive(new AwsClient(connection), lost: null, TimeProvider.System).WaitAsync(arn, CancellationToken), StringComparison.Ordinal);
        if (parks)
            await ParkAsync(new JsonObject { ["orderId"] = "o-1", ["execution"] = arn, ["error"] = new JsonObject { ["Error"] = "Boom" } }.ToJsonString());
        return arn;
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

    private async Task<(int ExitCode, string Output)> RunAsync(Func<DlqCommand.Session, Task<int>> command, ILostRecords? lost = null)
    {
        using var connection = AwsConnection.Local(_host.Address, dynamoDb.Endpoint, "us-east-1");
        await using var output = new StringWriter();
        return (await DlqCommand.RunAsync(new AwsClient(connection), "parked", lost, output, command, CancellationToken), output.ToString());
    }

    private Task<JsonNode> ParkAsync(string body) =>
        HopRig.CallAsync(_client, "AmazonSQS.SendMessage", new JsonObject { ["QueueUrl"] = "http://x/000000000000/parked", ["MessageBody"] = body }.ToJsonString());

    private async Task<int> CountAsync()
    {
        var answer = await HopRig.CallAsync(_client, "AmazonSQS.GetQueueAttributes", """{"QueueUrl":"http://x/000000000000/parked","AttributeNames":["ApproximateNumberOfMessages"]}""");
        return int.Parse((string)answer["Attributes"]!["ApproximateNumberOfMessages"]!, CultureInfo.InvariantCulture);
    }
}
