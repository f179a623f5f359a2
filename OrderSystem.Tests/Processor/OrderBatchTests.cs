using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda.Streams;
using OrderSystem.Processor;

namespace OrderSystem.Tests.Processor;

public class OrderBatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_inserted_order_starts_a_workflow_with_its_id_and_trace()
    {
        var workflows = new ScriptedStarter();
        Assert.Empty((await HandleAsync(workflows, Insert(1, "o-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), Insert(2, "o-2"))).BatchItemFailures);
        Assert.Equal("""{"orderId":"o-1","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}""", workflows.Started["o-1"]);
        Assert.Equal("""{"orderId":"o-2"}""", workflows.Started["o-2"]);
    }

    [Fact]
    public async Task A_repeated_batch_starts_workflows_with_identical_input()
    {
        var (first, second) = (new ScriptedStarter(), new ScriptedStarter());
        await HandleAsync(first, Insert(1, "o-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        using var other = new Activity("another invocation").Start();
        await HandleAsync(second, Insert(1, "o-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Assert.Equal(first.Started["o-1"], second.Started["o-1"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task A_poison_record_is_reported_alone(int poison)
    {
        var workflows = new ScriptedStarter { Fail = name => name == $"o-{poison}" };
        var response = await HandleAsync(workflows, [.. Enumerable.Range(0, 10).Select(i => Insert(100 + i, $"o-{i}"))]);
        Assert.Equal([$"{100 + poison}"], response.BatchItemFailures.Select(failure => failure.ItemIdentifier));
        Assert.Equal(9, workflows.Started.Count);
    }

    [Theory]
    [InlineData("o/1")]
    [InlineData("")]
    public async Task A_record_with_an_invalid_order_id_is_reported(string orderId)
    {
        var response = await HandleAsync(new ScriptedStarter(), Insert(1, "o-1"), Insert(2, orderId));
        Assert.Equal(["2"], response.BatchItemFailures.Select(failure => failure.ItemIdentifier));
    }

    [Fact]
    public async Task A_failed_workflow_start_is_reported_and_others_continue()
    {
        var unavailable = new StoreUnavailableException("Step Functions can't be reached or is overloaded", new HttpRequestException("throttled"));
        var workflows = new ScriptedStarter { Fail = name => name is "o-2" or "o-4", Failure = unavailable };
        var response = await HandleAsync(workflows, [.. Enumerable.Range(1, 5).Select(i => Insert(i, $"o-{i}"))]);
        Assert.Equal(["2", "4"], response.BatchItemFailures.Select(failure => failure.ItemIdentifier));
        Assert.Equal(["o-1", "o-3", "o-5"], workflows.Started.Keys.Order());
    }

    [Fact]
    public async Task An_outage_is_distinguished_from_a_poison_record()
    {
        var unavailable = new StoreUnavailableException("Step Functions can't be reached", new HttpRequestException("refused"));
        var outage = await Handler(new ScriptedStarter { Fail = name => name == "o-2", Failure = unavailable }, 1).HandleAsync([Record(1, "o-1"), Record(2, "o-2")], null, Cancellation);
        Assert.Equal(["2"], outage.Failed);
        Assert.Same(unavailable, outage.Outage);
        var poison = await Handler(new ScriptedStarter { Fail = name => name == "o-2" }, 1).HandleAsync([Record(1, "o-1"), Record(2, "o-2")], null, Cancellation);
        Assert.Equal(["2"], poison.Failed);
        Assert.Null(poison.Outage);

        static OrderRecord Record(int sequenceNumber, string orderId) => new($"{sequenceNumber}", "INSERT", orderId, null, null);
    }

    [Fact]
    public async Task A_batch_that_runs_out_of_time_reports_the_unprocessed_records()
    {
        using var outOfTime = new CancellationTokenSource();
        var workflows = new ScriptedStarter { Stuck = name => name == "o-2" };
        var running = Handler(workflows, 1)
            .HandleAsync(new DynamoDbEvent { Records = [Insert(1, "o-1"), Insert(2, "o-2"), Insert(3, "o-3")] }, outOfTime.Token);
        Assert.False(running.IsCompleted);
        await outOfTime.CancelAsync();
        Assert.Equal(["2", "3"], (await running).BatchItemFailures.Select(failure => failure.ItemIdentifier));
        Assert.Equal(["o-1"], workflows.Started.Keys);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("-4")]
    [InlineData("many")]
    public void An_invalid_RecordConcurrency_setting_is_refused(string configured)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("OrderSystem:RecordConcurrency", configured)]).Build();
        var refused = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddProcessorFunction(configuration));
        Assert.Equal($"OrderSystem:RecordConcurrency is {configured}, but must be a whole number from 1 to 1000.", refused.Message);
    }

    [Fact]
    public async Task MODIFY_and_REMOVE_records_are_ignored()
    {
        var workflows = new ScriptedStarter();
        var response = await HandleAsync(workflows,
            Insert(1, "o-1") with { EventName = "MODIFY" },
            Insert(2, "o-2") with { EventName = "REMOVE" },
            Insert(3, "o-3") with { EventName = "REMOVE", UserIdentity = new StreamIdentity { Type = "Service", PrincipalId = "dynamodb.amazonaws.com" } });
        Assert.Empty(response.BatchItemFailures);
        Assert.Empty(workflows.Started);
    }

    [Fact]
    public async Task An_execution_that_already_exists_counts_as_started()
    {
        var workflows = new ScriptedStarter { Exists = _ => true };
        Assert.Empty((await HandleAsync(workflows, Insert(1, "o-1"))).BatchItemFailures);
    }

    [Fact]
    public async Task Orders_are_processed_concurrently_up_to_the_limit()
    {
        var workflows = new ScriptedStarter { Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        var running = HandleAsync(workflows, 3, [.. Enumerable.Range(0, 10).Select(i => Insert(i, $"o-{i}"))]);
        Assert.Equal(3, workflows.Running);
        workflows.Gate.SetResult();
        Assert.Empty((await running).BatchItemFailures);
        Assert.Equal(10, workflows.Started.Count);
        Assert.Equal(3, workflows.MostRunning);
    }

    [Fact]
    public async Task A_failed_record_also_fails_later_records_of_the_same_order()
    {
        var workflows = new ScriptedStarter { Fail = name => name == "o-1" };
        var response = await HandleAsync(workflows, Insert(1, "o-1"), Insert(2, "o-2"), Insert(3, "o-1"));
        Assert.Equal(["1", "3"], response.BatchItemFailures.Select(failure => failure.ItemIdentifier));
        Assert.Equal(1, workflows.Calls.Count(name => name == "o-1"));
    }

    [Fact]
    public async Task The_record_span_continues_the_orders_trace_and_is_linked_with_the_batch()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var test = new ActivitySource($"test-{Guid.NewGuid():N}");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == test.Name || source.Name == "OrderSystem.Core",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var traceId = ActivityTraceId.CreateRandom();
        using (var batch = test.StartActivity("ProcessOrders", ActivityKind.Server))
        {
            await HandleAsync(new ScriptedStarter(), Insert(1, "o-1", $"00-{traceId}-b7ad6b7169203331-01"));
            Assert.Equal(traceId, Assert.Single(batch!.Links).Context.TraceId);
            var record = Assert.Single(spans, span => span.TraceId == traceId);
            Assert.Equal(("process Orders", ActivityKind.Consumer, "b7ad6b7169203331"), (record.DisplayName, record.Kind, record.ParentSpanId.ToHexString()));
            Assert.Equal(batch.SpanId, Assert.Single(record.Links).Context.SpanId);
        }
    }

    private static Task<StreamsEventResponse> HandleAsync(ScriptedStarter workflows, params DynamoDbStreamRecord[] records) => HandleAsync(workflows, ProcessorFunction.DefaultConcurrency, records);

    private static Task<StreamsEventResponse> HandleAsync(ScriptedStarter workflows, int concurrency, DynamoDbStreamRecord[] records) =>
        Handler(workflows, concurrency).HandleAsync(new DynamoDbEvent { Records = records }, Cancellation);

    private static StartWorkflows Handler(ScriptedStarter workflows, int concurrency) =>
        new(new StartWorkflow(workflows, NullLogger<StartWorkflow>.Instance), "aws.dynamodb_streams", concurrency, NullLogger<StartWorkflows>.Instance);

    private static DynamoDbStreamRecord Insert(int sequenceNumber, string orderId, string? traceParent = null)
    {
        var image = new Dictionary<string, AttributeValue> { ["orderId"] = new() { S = orderId } };
        if (traceParent is not null)
            image["traceparent"] = new AttributeValue { S = traceParent };
        return new DynamoDbStreamRecord
        {
            EventId = $"e-{sequenceNumber}",
            EventName = "INSERT",
            Change = new StreamChange { SequenceNumber = $"{sequenceNumber}", Keys = new Dictionary<string, AttributeValue> { ["orderId"] = new() { S = orderId } }, NewImage = image },
        };
    }

    private sealed class ScriptedStarter : IWorkflowStarter
    {
        private int _running;

        public Func<string, bool> Fail { get; init; } = _ => false;

        public Exception Failure { get; init; } = new InvalidOperationException("poison");

        public Func<string, bool> Stuck { get; init; } = _ => false;

        public Func<string, bool> Exists { get; init; } = _ => false;

        public TaskCompletionSource? Gate { get; init; }

        public ConcurrentDictionary<string, string> Started { get; } = new();

        public ConcurrentQueue<string> Calls { get; } = new();

        public int Running => _running;

        public int MostRunning { get; private set; }

        public async Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken)
        {
            Calls.Enqueue(name);
            MostRunning = Math.Max(MostRunning, Interlocked.Increment(ref _running));
            if (Gate is not null)
                await Gate.Task;
            cancellationToken.ThrowIfCancellationRequested();
            if (Stuck(name))
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            Interlocked.Decrement(ref _running);
            if (Fail(name))
                throw Failure;
            Started[name] = input;
            return !Exists(name);
        }
    }
}
