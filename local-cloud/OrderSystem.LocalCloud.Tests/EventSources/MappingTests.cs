using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class MappingTests
{
    private readonly MappingHarness _harness = new();
    private readonly EventSourceMapping _mapping;

    public MappingTests() => _mapping = new EventSourceMapping("mapping", _harness.Configuration, Source, _harness.World.Time, NullLogger.Instance);

    [Fact]
    public void A_disabled_mapping_invokes_nothing_and_continues_when_enabled()
    {
        Await(_mapping.StartAsync);
        _harness.Write("a");
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Await(() => _mapping.UpdateAsync(_mapping.Configuration, enabled: false, CancellationToken.None));
        Assert.Equal(EventSourceMappingState.Disabled, _mapping.State);
        _harness.Write("b");
        _harness.World.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("a", _harness.Function.Batches);
        Await(() => _mapping.UpdateAsync(_mapping.Configuration, enabled: true, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((EventSourceMappingState.Enabled, "a | b"), (_mapping.State, _harness.Function.Batches));
    }

    [Fact]
    public void An_update_takes_effect_while_running_and_loses_no_records()
    {
        Await(_mapping.StartAsync);
        _harness.Function.Duration = _ => TimeSpan.FromSeconds(2);
        _harness.Write("a", "b", "c", "d");
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        _harness.Write("e", "f");
        Await(() => _mapping.UpdateAsync(_mapping.Configuration with { BatchSize = 1 }, enabled: true, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a,b,c,d | e | f", _harness.Function.Batches);
    }

    [Fact]
    public void LastProcessingResult_shows_the_latest_result()
    {
        Assert.Equal("No records processed", _mapping.LastProcessingResult);
        _harness.Function.Answer = call => _harness.Function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        _harness.Function.Duration = _ => TimeSpan.FromMilliseconds(50);
        _harness.Write("a");
        Await(_mapping.StartAsync);
        _harness.World.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Equal("PROBLEM: Function call failed", _mapping.LastProcessingResult);
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("OK", _mapping.LastProcessingResult);
    }

    [Fact]
    public void A_source_that_fails_is_restarted_from_its_checkpoints()
    {
        var broken = true;
        var mapping = new EventSourceMapping("mapping", _harness.Configuration, self =>
            broken ? throw new InvalidOperationException("no stream") : Source(self), _harness.World.Time, NullLogger.Instance);
        _harness.Write("a");
        Await(mapping.StartAsync);
        _harness.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("PROBLEM: no stream", mapping.LastProcessingResult);
        broken = false;
        _harness.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a", _harness.Function.Batches);
    }

    [Fact]
    public void Concurrent_changes_run_one_after_another_and_leave_one_source()
    {
        var (running, most) = (0, 0);
        var mapping = new EventSourceMapping(
            "mapping", _harness.Configuration, _ => new SlowToEnd(_harness.World.Time, () => most = Math.Max(most, ++running), () => running--), _harness.World.Time, NullLogger.Instance);
        Await(mapping.StartAsync);
        Await(() => Task.WhenAll(
            mapping.UpdateAsync(mapping.Configuration with { BatchSize = 5 }, enabled: true, CancellationToken.None),
            mapping.UpdateAsync(mapping.Configuration with { BatchSize = 6 }, enabled: true, CancellationToken.None)));
        Assert.Equal((1, 1, 6, EventSourceMappingState.Enabled), (running, most, mapping.Configuration.BatchSize, mapping.State));
        Await(() => mapping.StopAsync(CancellationToken.None));
        Assert.Equal((0, EventSourceMappingState.Disabled), (running, mapping.State));
    }

    [Fact]
    public void A_mapping_deleted_during_an_update_stays_deleted()
    {
        var running = 0;
        var mapping = new EventSourceMapping(
            "mapping", _harness.Configuration, _ => new SlowToEnd(_harness.World.Time, () => running++, () => running--), _harness.World.Time, NullLogger.Instance);
        Await(mapping.StartAsync);
        Await(() => Task.WhenAll(
            mapping.UpdateAsync(mapping.Configuration, enabled: true, CancellationToken.None),
            mapping.DeleteAsync(CancellationToken.None),
            mapping.UpdateAsync(mapping.Configuration, enabled: true, CancellationToken.None)));
        Assert.Equal((0, EventSourceMappingState.Deleting), (running, mapping.State));
    }

    [Fact]
    public void A_source_that_ends_by_itself_is_restarted_with_a_delay()
    {
        var started = 0;
        var mapping = new EventSourceMapping("mapping", _harness.Configuration, _ => new EndsAtOnce(() => started++), _harness.World.Time, NullLogger.Instance);
        Await(mapping.StartAsync);
        _harness.World.Advance(TimeSpan.FromMilliseconds(9_500));
        Assert.Equal(10, started);
        Await(() => mapping.StopAsync(CancellationToken.None));
    }

    [Fact]
    public void The_state_shows_the_change_in_progress()
    {
        Assert.Equal(EventSourceMappingState.Creating, _mapping.State);
        Await(_mapping.StartAsync);
        _harness.Function.Duration = _ => TimeSpan.FromSeconds(30);
        _harness.Write("a");
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        var update = Task.CompletedTask;
        _harness.World.Start(() => update = _mapping.UpdateAsync(_mapping.Configuration, enabled: false, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((EventSourceMappingState.Updating, true), (_mapping.State, _mapping.IsChanging));
        Await(() => update);
        Assert.Equal((EventSourceMappingState.Disabled, false), (_mapping.State, _mapping.IsChanging));
    }

    [Fact]
    public void A_mapping_is_enabled_once_its_starting_position_is_stored()
    {
        var position = new TaskCompletionSource();
        var mapping = new EventSourceMapping("mapping", _harness.Configuration, _ => new BeginsLater(position.Task), _harness.World.Time, NullLogger.Instance);
        var start = Task.CompletedTask;
        _harness.World.Start(() => start = mapping.StartAsync());
        _harness.World.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((EventSourceMappingState.Creating, true, false), (mapping.State, mapping.IsChanging, start.IsCompleted));
        _harness.World.Start(position.SetResult);
        Await(() => start);
        Assert.Equal((EventSourceMappingState.Enabled, false), (mapping.State, mapping.IsChanging));
    }

    [Fact]
    public void A_mapping_that_cannot_store_its_starting_position_can_be_deleted()
    {
        var mapping = new EventSourceMapping("mapping", _harness.Configuration, _ => new BeginsLater(new TaskCompletionSource().Task), _harness.World.Time, NullLogger.Instance);
        var start = Task.CompletedTask;
        _harness.World.Start(() => start = mapping.StartAsync());
        Await(() => mapping.DeleteAsync(CancellationToken.None));
        Await(() => start);
        Assert.Equal(EventSourceMappingState.Deleting, mapping.State);
    }

    [Fact]
    public void An_updated_mapping_is_updating_until_its_starting_position_is_stored()
    {
        var position = new TaskCompletionSource();
        var mapping = new EventSourceMapping("mapping", _harness.Configuration, _ => new BeginsLater(position.Task), _harness.World.Time, NullLogger.Instance);
        Await(() => mapping.StopAsync(CancellationToken.None));
        var update = Task.CompletedTask;
        _harness.World.Start(() => update = mapping.UpdateAsync(mapping.Configuration, enabled: true, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(EventSourceMappingState.Updating, mapping.State);
        _harness.World.Start(position.SetResult);
        Await(() => update);
        Assert.Equal(EventSourceMappingState.Enabled, mapping.State);
    }

    [Fact]
    public void Latest_loses_no_record_that_is_written_once_the_mapping_is_enabled()
    {
        var configuration = _harness.Configuration with { StartingPosition = StartingPosition.Latest };
        var mapping = new EventSourceMapping("mapping", configuration, Source, _harness.World.Time, NullLogger.Instance);
        _harness.Write("before");
        _harness.World.Start(() => _ = mapping.StartAsync());
        Assert.True(_harness.World.RunUntil(() => mapping.State == EventSourceMappingState.Enabled, TimeSpan.FromMinutes(1)));
        _harness.Write("after");
        _harness.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("after", _harness.Function.Batches);
    }

    private StreamEventSource Source(EventSourceMapping mapping) => new(
        mapping.Id, mapping.Configuration, _harness.Stream, _harness.Function, _harness.Checkpoints, _harness.Parked,
        new EventSourceOptions { TimeProvider = _harness.World.Time, Report = mapping.Report });

    private void Await(Func<Task> action)
    {
        var task = Task.CompletedTask;
        _harness.World.Start(() => task = action());
        Assert.True(_harness.World.RunUntil(() => task.IsCompleted, TimeSpan.FromHours(1)));
    }

    private sealed class SlowToEnd(TimeProvider time, Action started, Action ended) : IEventSource
    {
        public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
        {
            started();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            ended();
        }
    }

    private sealed class BeginsLater(Task position) : IEventSource
    {
        public Task BeginAsync(CancellationToken stopping) => position.WaitAsync(stopping);

        public Task RunAsync(CancellationToken stopping, CancellationToken aborting) => new TaskCompletionSource().Task.WaitAsync(stopping);
    }

    private sealed class EndsAtOnce(Action started) : IEventSource
    {
        public Task RunAsync(CancellationToken stopping, CancellationToken aborting)
        {
            started();
            return Task.CompletedTask;
        }
    }
}
