using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Streams;
using OrderSystem.Tests.EventSources.Simulation;

namespace OrderSystem.Tests.EventSources;

public class MappingTests
{
    private readonly MappingHarness _harness = new();
    private readonly EventSourceMapping _mapping;

    public MappingTests() => _mapping = new EventSourceMapping("mapping", _harness.Configuration, Source, _harness.World.Time, NullLogger.Instance);

    [Fact]
    public void A_disabled_mapping_hands_nothing_over_and_goes_on_where_it_was_once_enabled()
    {
        Do(_mapping.Start);
        _harness.Write("a");
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Await(() => _mapping.UpdateAsync(_mapping.Configuration, enabled: false, CancellationToken.None));
        Assert.Equal("Disabled", _mapping.State);
        _harness.Write("b");
        _harness.World.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("a", _harness.Function.Batches);
        Await(() => _mapping.UpdateAsync(_mapping.Configuration, enabled: true, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("Enabled", "a | b"), (_mapping.State, _harness.Function.Batches));
    }

    [Fact]
    public void An_update_takes_effect_while_running_and_loses_nothing()
    {
        Do(_mapping.Start);
        _harness.Function.Duration = _ => TimeSpan.FromSeconds(2);
        _harness.Write("a", "b", "c", "d");
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        _harness.Write("e", "f");
        Await(() => _mapping.UpdateAsync(_mapping.Configuration with { BatchSize = 1 }, enabled: true, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a,b,c,d | e | f", _harness.Function.Batches);
    }

    [Fact]
    public void The_last_processing_result_is_shown()
    {
        Assert.Equal("No records processed", _mapping.LastProcessingResult);
        _harness.Function.Answer = call => _harness.Function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        _harness.Function.Duration = _ => TimeSpan.FromMilliseconds(50);
        _harness.Write("a");
        Do(_mapping.Start);
        _harness.World.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Equal("PROBLEM: Function call failed", _mapping.LastProcessingResult);
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("OK", _mapping.LastProcessingResult);
    }

    [Fact]
    public void A_source_that_breaks_is_started_again_from_its_checkpoints()
    {
        var broken = true;
        var mapping = new EventSourceMapping("mapping", _harness.Configuration, self => broken ? throw new InvalidOperationException("no stream") : Source(self), _harness.World.Time, NullLogger.Instance);
        _harness.Write("a");
        Do(mapping.Start);
        _harness.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("PROBLEM: no stream", mapping.LastProcessingResult);
        broken = false;
        _harness.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a", _harness.Function.Batches);
    }

    private StreamEventSource Source(EventSourceMapping mapping) => new(
        mapping.Id, mapping.Configuration, _harness.Stream, _harness.Function, _harness.Checkpoints, _harness.Parked,
        new EventSourceOptions { TimeProvider = _harness.World.Time, Report = mapping.Report });

    private void Do(Action action)
    {
        _harness.World.Start(action);
        _harness.World.Settle();
    }

    private void Await(Func<Task> action)
    {
        var task = Task.CompletedTask;
        _harness.World.Start(() => task = action());
        Assert.True(_harness.World.RunUntil(() => task.IsCompleted, TimeSpan.FromHours(1)));
    }
}
