using OrderSystem.EventSources;
using OrderSystem.EventSources.Queues;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class QueueSourceTests
{
    private readonly SimulatedWorld _world = new();
    private readonly ScriptedQueue _queue;
    private readonly ScriptedFunction _function;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<string> _results = [];
    private Task _run = Task.CompletedTask;

    public QueueSourceTests() => (_queue, _function) = (new ScriptedQueue(_world.Time), new ScriptedFunction(_world));

    [Fact]
    public void Processed_messages_are_deleted()
    {
        _queue.Send("a", "b");
        Start(new() { BatchSize = 10 });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a,b", _function.Batches);
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void A_batch_never_holds_more_than_the_batch_size()
    {
        _queue.Send("a", "b", "c");
        Start(new() { BatchSize = 2 });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a,b | c", _function.Batches);
    }

    [Fact]
    public void With_a_window_messages_are_gathered_until_it_ends()
    {
        Start(new() { BatchSize = 100, MaximumBatchingWindow = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 20; i++)
        {
            _queue.Send($"{i}");
            _world.Advance(TimeSpan.FromMilliseconds(500));
        }

        var first = _function.Calls[0].Names.Count;
        Assert.InRange(first, 9, 11);
    }

    [Fact]
    public void With_a_window_a_full_batch_does_not_wait_for_its_end()
    {
        _queue.Send([.. Enumerable.Range(0, 25).Select(i => $"{i}")]);
        Start(new() { BatchSize = 25, MaximumBatchingWindow = TimeSpan.FromSeconds(300) });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(25, Assert.Single(_function.Calls).Names.Count);
    }

    [Fact]
    public void A_payload_never_exceeds_six_megabytes()
    {
        _queue.Send([.. Enumerable.Range(0, 10).Select(_ => new string('x', 1_000_000))]);
        Start(new() { BatchSize = 10 });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([6, 4], _function.Calls.Select(call => call.Names.Count));
    }

    [Fact]
    public void A_failed_batch_is_received_again_after_its_visibility_timeout()
    {
        _function.Answer = call => _function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        _queue.Send("a");
        Start(new() { BatchSize = 10 });
        _world.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(_function.Calls);
        _world.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a | a", _function.Batches);
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void Only_reported_messages_of_a_batch_are_received_again()
    {
        _function.Answer = call => _function.Calls.Count == 1 ? call.Report("b") : call.Succeed();
        _queue.Send("a", "b", "c");
        Start(new() { BatchSize = 10, ReportBatchItemFailures = true });
        _world.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal("a,b,c | b", _function.Batches);
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"nobody"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("nonsense")]
    public void A_malformed_response_fails_the_whole_batch(string answer)
    {
        _function.Answer = call => call.Succeed(answer);
        _queue.Send("a", "b");
        Start(new() { BatchSize = 10, ReportBatchItemFailures = true });
        _world.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["a", "b"], _queue.Bodies);
    }

    [Fact]
    public void The_redrive_policy_moves_messages_that_keep_failing()
    {
        _queue.MaxReceiveCount = 3;
        _function.Answer = call => call.Names.Contains("bad") ? call.Fail() : call.Succeed();
        _queue.Send("bad");
        Start(new() { BatchSize = 1 });
        _world.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("bad | bad | bad", _function.Batches);
        Assert.Equal(["bad"], _queue.DeadLetters);
    }

    [Fact]
    public void A_throttled_batch_is_retried_while_hidden_without_another_receive()
    {
        _queue.MaxReceiveCount = 1;
        _function.Answer = call => _function.Calls.Count < 8 ? call.Throttle() : call.Succeed();
        _queue.Send("a");
        Start(new() { BatchSize = 1 });
        _world.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(8, _function.Calls.Count);
        _world.Advance(TimeSpan.FromMinutes(3));
        Assert.Empty(_queue.DeadLetters);
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void A_batch_throttled_past_its_visibility_timeout_is_received_again()
    {
        _function.Answer = call => call.At - _function.Calls[0].At < TimeSpan.FromSeconds(50) ? call.Throttle() : call.Succeed();
        _queue.Send("a");
        Start(new() { BatchSize = 1 });
        _world.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("OK", _results[^1]);
        Assert.Equal(2, _queue.MostReceives);
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void Five_batches_run_at_first_and_more_while_messages_wait()
    {
        _function.Duration = _ => TimeSpan.FromMinutes(10);
        _queue.Send([.. Enumerable.Range(0, 2000).Select(i => $"{i}")]);
        Start(new() { BatchSize = 1 }, concurrency: null);
        Assert.Equal(5, _function.Running);
        _world.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(_function.Running, 300, 305);
        _world.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1000, _function.Running);
    }

    [Fact]
    public void No_pollers_are_added_while_one_waits_for_messages()
    {
        Start(new() { BatchSize = 1 }, concurrency: null);
        for (var i = 0; i < 300; i++)
        {
            _queue.Send($"{i}");
            _world.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(5, _queue.Receiving);
    }

    [Fact]
    public void Pollers_scale_down_to_five_when_the_queue_is_idle()
    {
        _function.Duration = _ => TimeSpan.FromSeconds(30);
        _queue.Send([.. Enumerable.Range(0, 500).Select(i => $"{i}")]);
        _queue.VisibilityTimeout = TimeSpan.FromMinutes(5);
        Start(new() { BatchSize = 1 }, concurrency: null);
        _world.Advance(TimeSpan.FromMinutes(10));
        Assert.True(_function.MostRunning > 50);
        Assert.Equal(5, _queue.Receiving);
    }

    [Fact]
    public void Fewer_batches_run_concurrently_while_the_function_fails()
    {
        _function.Answer = call => call.Fail();
        _function.Duration = _ => TimeSpan.FromSeconds(1);
        _queue.Send([.. Enumerable.Range(0, 200).Select(i => $"{i}")]);
        Start(new() { BatchSize = 1 }, concurrency: 5);
        _world.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((5, 1), (_function.MostRunning, _function.Running));
    }

    [Fact]
    public void Batches_run_concurrently_up_to_the_maximum_concurrency()
    {
        _function.Duration = _ => TimeSpan.FromSeconds(1);
        _queue.Send([.. Enumerable.Range(0, 20).Select(i => $"{i}")]);
        Start(new() { BatchSize = 1 }, concurrency: 4);
        _world.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4, _function.MostRunning);
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void Messages_that_match_no_filter_are_deleted()
    {
        _queue.Send("""{"kind":"wanted"}""", """{"kind":"other"}""", "no json");
        Start(new() { BatchSize = 10, Filter = MappingHarness.Filter("""{"body":{"kind":["wanted"]}}""") });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"kind":"wanted"}""", Assert.Single(_function.Calls).Names.Single());
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void A_body_that_filters_cannot_evaluate_reaches_the_function()
    {
        _queue.Send("""{"kind":"\ud800"}""", """{"kind":"unwanted"}""", """{"kind":"wanted"}""");
        Start(new() { BatchSize = 10, Filter = MappingHarness.Filter("""{"body":{"kind":["wanted"]}}""") });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Assert.Single(_function.Calls).Names.Count);
        Assert.Empty(_queue.Bodies);
    }

    [Fact]
    public void A_body_that_is_not_JSON_is_matched_as_text()
    {
        _queue.Send("plain-1", "other");
        Start(new() { BatchSize = 10, Filter = MappingHarness.Filter("""{"body":[{"prefix":"plain"}]}""") });
        _world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("plain-1", _function.Batches);
    }

    [Fact]
    public void Stop_waits_for_the_batch_in_progress()
    {
        _function.Duration = _ => TimeSpan.FromSeconds(5);
        _queue.Send("a");
        Start(new() { BatchSize = 1 });
        _world.Advance(TimeSpan.FromSeconds(1));
        _world.Start(_stopping.Cancel);
        Assert.True(_world.RunUntil(() => _run.IsCompleted, TimeSpan.FromSeconds(10)));
        Assert.Empty(_queue.Bodies);
    }

    private void Start(EventSourceMappingConfiguration configuration, int? concurrency = 1)
    {
        Assert.Empty(configuration.ValidateForQueue());
        var source = new QueueEventSource("mapping", configuration, _queue, _function, concurrency, new EventSourceOptions { TimeProvider = _world.Time, Report = _results.Add });
        _world.Start(() => _run = source.RunAsync(_stopping.Token, CancellationToken.None));
        _world.Settle();
    }
}
