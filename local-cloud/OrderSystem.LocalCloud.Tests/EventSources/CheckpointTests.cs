using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class CheckpointTests
{
    [Fact]
    public void The_checkpoint_moves_only_after_the_function_has_succeeded()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromSeconds(10) } };
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(mapping.Checkpoint()?.After);
        mapping.World.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(mapping.Shard.Records[0].SequenceNumber, mapping.Checkpoint()!.After);
    }

    [Fact]
    public void Stop_waits_for_the_batch_in_progress()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1 }) { Function = { Duration = _ => TimeSpan.FromSeconds(10) } };
        mapping.Write("a", "b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        mapping.Stop();
        Assert.Equal(mapping.Shard.Records[0].SequenceNumber, mapping.Checkpoint()!.After);
        Assert.Equal("a", mapping.Function.Batches);
    }

    [Fact]
    public void A_restart_continues_from_the_checkpoint()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        mapping.Stop();
        mapping.Write("b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a | b", mapping.Function.Batches);
    }

    [Fact]
    public void A_kill_between_invocation_and_checkpoint_repeats_the_batch()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromSeconds(1) } };
        mapping.Write("a", "b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMilliseconds(500));
        mapping.Kill();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | a,b", mapping.Function.Batches);
    }

    [Fact]
    public void A_kill_during_a_split_batch_repeats_only_the_unfinished_part()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BisectBatchOnFunctionError = true }) { Function = { Duration = _ => TimeSpan.FromSeconds(1) } };
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        mapping.Write("a", "b", "c", "d");
        mapping.Start();
        mapping.RunUntil(() => mapping.Function.Calls.Count == 3);
        mapping.Kill();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d | a,b | c,d | c,d", mapping.Function.Batches);
    }

    [Fact]
    public void A_lane_ahead_of_the_checkpoint_repeats_nothing_after_a_kill()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, ParallelizationFactor = 2 });
        mapping.Function.Answer = call => call.Names[0] == "stuck" ? call.Fail() : call.Succeed();
        mapping.Write("stuck", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(2));
        var taken = mapping.Function.Calls.Where(call => call.Names[0] != "stuck").Select(call => call.Names[0]).ToList();
        Assert.NotEmpty(taken);
        Assert.Null(mapping.Checkpoint()!.After);
        mapping.Kill();
        mapping.Function.Answer = call => call.Succeed();
        mapping.Start();
        mapping.RunUntilDone();
        Assert.All(taken, name => Assert.Single(mapping.Function.Calls, call => call.Names.Contains(name)));
    }

    [Fact]
    public void A_changed_parallelization_factor_restarts_lanes_at_the_checkpoint()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, ParallelizationFactor = 2 });
        mapping.Function.Answer = call => call.Names[0] == "stuck" ? call.Fail() : call.Succeed();
        mapping.Write("stuck", "k1", "k2", "k3");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(2));
        mapping.Stop();
        mapping.Function.Answer = call => call.Succeed();
        mapping.Configuration = mapping.Configuration with { ParallelizationFactor = 1 };
        mapping.Function.Calls.Clear();
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("stuck | k1 | k2 | k3", mapping.Function.Batches);
    }

    [Fact]
    public void An_older_checkpoint_never_overwrites_a_newer_one()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, ParallelizationFactor = 4 });
        var pause = TimeSpan.FromMilliseconds(64);
        mapping.Store = store => new SlowCheckpoints(store, mapping.World.Time, () => pause /= 2);
        mapping.Write("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(mapping.Shard.Records[^1].SequenceNumber, mapping.Checkpoint()!.After);
    }

    [Fact]
    public void Lanes_waiting_for_a_save_share_the_next_one()
    {
        var saves = 0;
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, ParallelizationFactor = 10 });
        mapping.Store = store => new SlowCheckpoints(store, mapping.World.Time, () =>
        {
            saves++;
            return TimeSpan.FromSeconds(1);
        });
        mapping.Write([.. Enumerable.Range(0, 10).Select(i => $"k{i}")]);
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(mapping.Shard.Records[^1].SequenceNumber, mapping.Checkpoint()!.After);
        Assert.InRange(saves, 2, 5);
    }

    [Fact]
    public void A_filtered_record_does_not_move_the_checkpoint_past_one_in_progress()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { ParallelizationFactor = 2, Filter = MappingHarness.Filter("""{"name":["wanted"]}""") })
        {
            Function = { Duration = _ => TimeSpan.FromSeconds(1) },
        };
        mapping.Write("wanted", "x1", "x2", "x3", "x4");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMilliseconds(500));
        mapping.Kill();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("wanted | wanted", mapping.Function.Batches);
    }

    private sealed class SlowCheckpoints(ICheckpointStore inner, TimeProvider time, Func<TimeSpan> pause) : ICheckpointStore
    {
        public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken) => inner.LoadAsync(mappingId, cancellationToken);

        public async Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
        {
            await Task.Delay(pause(), time, CancellationToken.None);
            await inner.SaveAsync(mappingId, checkpoint);
        }

        public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints) => inner.BeginAsync(mappingId, checkpoints);

        public Task ForgetAsync(string mappingId, string shardId) => inner.ForgetAsync(mappingId, shardId);

        public Task DeleteAsync(string mappingId) => inner.DeleteAsync(mappingId);
    }
}
