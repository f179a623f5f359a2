using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Hosting;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Tests.Lambda;

public sealed class AsynchronousInvocationTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("async-").FullName;
    private readonly ScriptedInvoker _invoker = new();
    private readonly QueueRegistry _queues;
    private readonly FunctionRegistry _functions;
    private readonly LocalCloudOptions _options;

    public AsynchronousInvocationTests()
    {
        _options = new LocalCloudOptions { DataDirectory = _folder };
        var address = new ListeningAddress { Uri = new Uri("http://127.0.0.1:1") };
        _queues = new QueueRegistry(_options with { DataDirectory = null }, address, _time);
        _functions = new FunctionRegistry(_options, address, _time, NullLogger<FunctionRegistry>.Instance);
        _queues.CreateOrUpdate("failures", new QueueAttributes());
        _queues.CreateOrUpdate("dead", new QueueAttributes());
        _functions.CreateOrUpdate(new FunctionConfiguration
        {
            Name = "f",
            Handler = "F",
            Asynchronous = new AsynchronousSettings
            {
                OnFailureArn = "arn:aws:sqs:us-east-1:0:failures",
                OnSuccessArn = "arn:aws:sqs:us-east-1:0:failures",
                DeadLetterArn = "arn:aws:sqs:us-east-1:0:dead"
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _queues.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_function_error_is_retried_after_one_and_two_minutes_then_discarded()
    {
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        await _invoker.AnswerAsync(Failure);
        await ComesAfterAsync(invocations, TimeSpan.FromMinutes(1));
        await _invoker.AnswerAsync(Failure);
        await ComesAfterAsync(invocations, TimeSpan.FromMinutes(2));
        await _invoker.AnswerAsync(Failure);

        var record = await ReceiveAsync("failures");
        Assert.Equal("RetriesExhausted", (string?)record["requestContext"]!["condition"]);
        Assert.Equal(3, (int)record["requestContext"]!["approximateInvokeCount"]!);
        Assert.Equal("""{"n":1}""", record["requestPayload"]!.ToJsonString());
        Assert.Equal("Unhandled", (string?)record["responseContext"]!["functionError"]);
        Assert.Equal("Oops", (string?)record["responsePayload"]!["errorType"]);
        Assert.Equal("""{"n":1}""", (await ReceiveAsync("dead")).ToJsonString());
    }

    [Fact]
    public async Task Every_attempt_and_the_failure_record_have_the_request_id_of_the_invocation()
    {
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        for (var retry = 1; retry <= 3; retry++)
        {
            var (request, answer) = await _invoker.EnteredAsync();
            Assert.Equal("request", request.RequestId);
            answer.SetResult(Failure);
            if (retry < 3)
                await ComesAfterAsync(invocations, TimeSpan.FromMinutes(retry));
        }

        Assert.Equal("request", (string?)(await ReceiveAsync("failures"))["requestContext"]!["requestId"]);
    }

    [Theory]
    [InlineData("live", "f:live", ":function:f:live")]
    [InlineData(null, "f", ":function:f:$LATEST")]
    public async Task Retries_and_the_failure_record_keep_the_qualifier(string? qualifier, string invoked, string recorded)
    {
        await using (var invocations = await StartAsync())
        {
            await EnqueueAsync(invocations, qualifier);
            Assert.Equal(invoked, await FailAsync());
            await ComesAfterAsync(invocations, TimeSpan.FromMinutes(1));
            Assert.Equal(invoked, await FailAsync());
            await WaitsAsync(invocations);
        }

        await using var again = await StartAsync();
        await ComesAfterAsync(again, TimeSpan.FromMinutes(2));
        Assert.Equal(invoked, await FailAsync());
        var arn = (string?)(await ReceiveAsync("failures"))["requestContext"]!["functionArn"];
        Assert.EndsWith(recorded, arn, StringComparison.Ordinal);

        async Task<string> FailAsync()
        {
            var (request, answer) = await _invoker.EnteredAsync();
            answer.SetResult(Failure);
            return request.Function;
        }
    }

    [Fact]
    public async Task Throttles_are_retried_with_backoff_and_do_not_count_as_retries()
    {
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        for (var i = 0; i < 12; i++)
        {
            await _invoker.AnswerAsync(null);
            await ComesAfterAsync(invocations, TimeSpan.FromSeconds(Math.Min(300, 1 << Math.Min(i, 9))));
        }

        await _invoker.AnswerAsync(Success);
        var record = await ReceiveAsync("failures");
        Assert.Equal("Success", (string?)record["requestContext"]!["condition"]);
        Assert.Equal(1, (int)record["requestContext"]!["approximateInvokeCount"]!);
    }

    [Fact]
    public async Task An_event_that_is_too_old_is_discarded()
    {
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        await _invoker.AnswerAsync(Failure);
        await WaitsAsync(invocations);
        _time.Advance(TimeSpan.FromHours(7));
        var receive = ReceiveAsync("failures");
        while (!receive.IsCompleted)
            await PassAsync();
        var record = await receive;
        Assert.Equal("EventAgeExceeded", (string?)record["requestContext"]!["condition"]);
    }

    [Fact]
    public async Task An_accepted_event_survives_a_restart()
    {
        await using (var invocations = await StartAsync())
        {
            await EnqueueAsync(invocations);
            await _invoker.EnteredAsync();
            await invocations.StopAsync(CancellationToken.None);
        }

        await using var again = await StartAsync();
        await _invoker.AnswerAsync(Success);
        Assert.Equal("Success", (string?)(await ReceiveAsync("failures"))["requestContext"]!["condition"]);
    }

    [Fact]
    public async Task A_response_that_is_not_JSON_is_sent_as_text_and_not_retried()
    {
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        await _invoker.AnswerAsync(new InvocationResult("done"u8.ToArray(), null));
        var record = await ReceiveAsync("failures");
        Assert.Equal(("Success", "done"), ((string?)record["requestContext"]!["condition"], (string?)record["responsePayload"]));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.False(_invoker.HasEntered);
    }

    [Fact]
    public async Task With_zero_concurrency_an_event_goes_to_the_failure_destination_at_once()
    {
        _functions.CreateOrUpdate(_functions.Get("f").Configuration with { ReservedConcurrency = 0 });
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        var record = await ReceiveAsync("failures");
        Assert.Equal(("ZeroReservedConcurrency", 0), ((string?)record["requestContext"]!["condition"], (int)record["requestContext"]!["approximateInvokeCount"]!));
        Assert.Equal("""{"n":1}""", (await ReceiveAsync("dead")).ToJsonString());
        Assert.False(_invoker.HasEntered);
    }

    [Fact]
    public async Task A_dead_letter_message_has_the_event_and_the_error_attributes()
    {
        _functions.CreateOrUpdate(_functions.Get("f").Configuration with { Asynchronous = _functions.Get("f").Configuration.Asynchronous with { ConfiguredRetryAttempts = 0 } });
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        await _invoker.AnswerAsync(new InvocationResult(Encoding.UTF8.GetBytes($$"""{"errorMessage":"{{new string('x', 1023)}}€"}"""), "Unhandled"));
        var letter = Assert.Single(await _queues.Find("dead")!.ReceiveAsync(1, null, TimeSpan.FromDays(1), TestContext.Current.CancellationToken));
        Assert.Equal("""{"DataType":"String","StringValue":"request"}""", letter.Attributes!["RequestID"]!.ToJsonString());
        Assert.Equal("""{"DataType":"Number","StringValue":"200"}""", letter.Attributes["ErrorCode"]!.ToJsonString());
        Assert.Equal(new string('x', 1023), (string?)letter.Attributes["ErrorMessage"]!["StringValue"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_function_may_set_fewer_retries(int retries)
    {
        _functions.CreateOrUpdate(_functions.Get("f").Configuration with { Asynchronous = _functions.Get("f").Configuration.Asynchronous with { ConfiguredRetryAttempts = retries } });
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        await _invoker.AnswerAsync(Failure);
        for (var retry = 1; retry <= retries; retry++)
        {
            await ComesAfterAsync(invocations, TimeSpan.FromMinutes(retry));
            await _invoker.AnswerAsync(Failure);
        }

        Assert.Equal(1 + retries, (int)(await ReceiveAsync("failures"))["requestContext"]!["approximateInvokeCount"]!);
    }

    [Fact]
    public async Task A_function_may_set_a_lower_maximum_event_age()
    {
        _functions.CreateOrUpdate(_functions.Get("f").Configuration with { Asynchronous = _functions.Get("f").Configuration.Asynchronous with { ConfiguredEventAge = TimeSpan.FromSeconds(60) } });
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        await _invoker.AnswerAsync(Failure);
        await WaitsAsync(invocations);
        _time.Advance(TimeSpan.FromSeconds(61));
        var receive = ReceiveAsync("failures");
        while (!receive.IsCompleted)
            await PassAsync();
        Assert.Equal("EventAgeExceeded", (string?)(await receive)["requestContext"]!["condition"]);
    }

    [Fact]
    public async Task A_function_without_a_process_does_not_block_other_functions()
    {
        _functions.CreateOrUpdate(new FunctionConfiguration { Name = "dead", Handler = "Dead" });
        await using var invocations = await StartAsync();
        for (var i = 0; i < 150; i++)
            await invocations.EnqueueAsync(new FunctionReference("dead", null), $"dead-{i}", "{}"u8.ToArray(), null);
        for (var i = 0; i < 100; i++)
            Assert.Equal("dead", (await _invoker.EnteredAsync()).Request.Function);
        await EnqueueAsync(invocations);
        Assert.Equal("f", (await _invoker.EnteredAsync()).Request.Function);
        await invocations.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_invocation_that_fails_internally_is_retried()
    {
        await using var invocations = await StartAsync();
        await EnqueueAsync(invocations);
        (await _invoker.EnteredAsync()).Answer.SetException(new InvalidOperationException("a fault of ours"));
        while (!_invoker.HasEntered)
            await PassAsync();
        await _invoker.AnswerAsync(Success);
        Assert.Equal("Success", (string?)(await ReceiveAsync("failures"))["requestContext"]!["condition"]);
    }

    private static InvocationResult Success => new("{}"u8.ToArray(), null);

    private static InvocationResult Failure => new("""{"errorType":"Oops","errorMessage":"no"}"""u8.ToArray(), "Unhandled");

    private async Task<AsynchronousInvocations> StartAsync()
    {
        var outcome = new AsynchronousOutcome(_queues, _time, NullLogger<AsynchronousOutcome>.Instance);
        var invocations = new AsynchronousInvocations(_invoker, _functions, outcome, _options, _time, NullLogger<AsynchronousInvocations>.Instance);
        await invocations.StartAsync(TestContext.Current.CancellationToken);
        return invocations;
    }

    private static async Task WaitsAsync(AsynchronousInvocations invocations)
    {
        while (invocations.Delayed == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Advances the clock until the next attempt, and checks that the attempt does not begin before the delay is over.
    /// </summary>
    private async Task ComesAfterAsync(AsynchronousInvocations invocations, TimeSpan delay)
    {
        await WaitsAsync(invocations);
        _time.Advance(delay - TimeSpan.FromMilliseconds(1));
        Assert.False(_invoker.HasEntered);
        while (!_invoker.HasEntered)
            await PassAsync();
    }

    // The queue sets its timers on other threads, possibly after the clock has been advanced. Therefore, callers must call
    // this method repeatedly until the timer fires.
    private async Task PassAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(1));
    }

    private static Task EnqueueAsync(AsynchronousInvocations invocations, string? qualifier = null) => invocations.EnqueueAsync(new FunctionReference("f", qualifier), "request", """{"n":1}"""u8.ToArray(), null);

    private async Task<JsonNode> ReceiveAsync(string queue)
    {
        var messages = await _queues.Find(queue)!.ReceiveAsync(1, null, TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        return JsonNode.Parse(Assert.Single(messages).Body)!;
    }

    /// <summary>
    /// An invoker that holds every invocation until the test provides its result; a null result throttles the invocation.
    /// </summary>
    private sealed class ScriptedInvoker : IFunctionInvoker
    {
        private readonly System.Threading.Channels.Channel<(InvocationRequest Request, TaskCompletionSource<InvocationResult?> Answer)> _entered =
            System.Threading.Channels.Channel.CreateBounded<(InvocationRequest, TaskCompletionSource<InvocationResult?>)>(1000);

        public async Task<InvocationResult> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<InvocationResult?>(TaskCreationOptions.RunContinuationsAsynchronously);
            await _entered.Writer.WriteAsync((request, answer), cancellationToken);
            return await answer.Task.WaitAsync(cancellationToken) ?? throw new AwsServiceException("TooManyRequestsException", "Rate Exceeded.", 429);
        }

        public async Task<(InvocationRequest Request, TaskCompletionSource<InvocationResult?> Answer)> EnteredAsync() => await _entered.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public async Task AnswerAsync(InvocationResult? result) => (await EnteredAsync()).Answer.SetResult(result);

        public bool HasEntered => _entered.Reader.TryPeek(out _);
    }
}
