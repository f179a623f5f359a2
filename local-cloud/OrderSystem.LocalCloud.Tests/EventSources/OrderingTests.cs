using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class OrderingTests
{
    [Fact]
    public void A_shard_processes_one_batch_at_a_time_in_order()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1 }) { Function = { Duration = _ => TimeSpan.FromSeconds(1) } };
        mapping.Write("a", "b", "c");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a | b | c", mapping.Function.Batches);
        Assert.Equal(1, mapping.Function.MostRunning);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void The_parallelization_factor_sets_the_number_of_concurrent_batches(int factor)
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, ParallelizationFactor = factor })
        {
            Function = { Duration = _ => TimeSpan.FromSeconds(1) },
        };
        for (var i = 0; i < 200; i++)
            mapping.Write($"key-{i}");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(factor, mapping.Function.MostRunning);
    }

    [Fact]
    public void Records_of_one_key_stay_in_order_with_parallelization()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 3, ParallelizationFactor = 4 }, seed: 7)
        {
            Function = { Duration = call => TimeSpan.FromMilliseconds(call.Names[0].Length * 37 % 11) },
        };
        for (var i = 0; i < 120; i++)
            mapping.Stream.Write(mapping.Shard, $"key-{i % 7}", $"{i % 7}:{i}");
        mapping.Start();
        mapping.RunUntilDone();
        var byKey = mapping.Function.Calls.SelectMany(call => call.Names).GroupBy(name => name.Split(':')[0], name => int.Parse(name.Split(':')[1]));
        Assert.All(byKey, numbers => Assert.Equal(numbers.Order(), numbers));
    }

    [Fact]
    public void A_failing_key_blocks_only_its_own_lane()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, ParallelizationFactor = 10 })
        {
            Function = { Answer = call => call.Names[0].StartsWith("bad", StringComparison.Ordinal) ? call.Fail() : call.Succeed() },
        };
        mapping.Stream.Write(mapping.Shard, "bad", "bad-1");
        for (var i = 0; i < 50; i++)
            mapping.Write($"good-{i}");
        mapping.Stream.Write(mapping.Shard, "bad", "bad-2");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        var handed = mapping.Function.Calls.Select(call => call.Names[0]).ToHashSet();
        Assert.InRange(handed.Count(name => name.StartsWith("good", StringComparison.Ordinal)), 30, 50);
        Assert.DoesNotContain("bad-2", handed);
    }

    [Fact]
    public void A_failing_shard_does_not_block_other_shards()
    {
        var mapping = new MappingHarness { Function = { Answer = call => call.Names.Contains("bad") ? call.Fail() : call.Succeed() } };
        var other = mapping.Stream.AddShard();
        mapping.Write("bad");
        mapping.Stream.Write(other, "k", "good");
        mapping.Start();
        mapping.RunUntilDone(other);
        Assert.Contains("good", mapping.Function.Batches, StringComparison.Ordinal);
        Assert.Null(mapping.Checkpoint()?.After);
    }

    [Fact]
    public void Two_mappings_on_one_stream_each_receive_every_record()
    {
        var first = new MappingHarness();
        first.Write("a", "b");
        first.Start();
        first.RunUntilDone();
        var second = new ScriptedFunction(first.World);
        using var stopping = new CancellationTokenSource();
        var source = new OrderSystem.EventSources.Streams.StreamEventSource(
            "second", new EventSourceMappingConfiguration(), first.Stream, second, first.Checkpoints, null, new EventSourceOptions { TimeProvider = first.World.Time });
        first.World.Start(() => _ = source.RunAsync(stopping.Token, CancellationToken.None));
        first.Write("c");
        Assert.True(first.World.RunUntil(() => second.Calls.Sum(call => call.Names.Count) == 3 && first.Function.Calls.Count == 2, TimeSpan.FromMinutes(1)));
        Assert.Equal(["a", "b", "c"], second.Calls.SelectMany(call => call.Names));
    }
}
