using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class BatchingTests
{
    [Fact]
    public void Without_a_window_a_batch_is_the_result_of_one_read()
    {
        var mapping = new MappingHarness();
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        mapping.Write("c");
        mapping.RunUntilDone();
        Assert.Equal("a,b | c", mapping.Function.Batches);
    }

    [Fact]
    public void A_batch_never_holds_more_than_the_batch_size()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 2 });
        mapping.Write("a", "b", "c", "d", "e");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | c,d | e", mapping.Function.Batches);
    }

    [Fact]
    public void A_batch_of_10000_is_gathered_from_several_reads()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 10_000, MaximumBatchingWindow = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 10_001; i++)
            mapping.Write($"{i}");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal([10_000, 1], mapping.Function.Calls.Select(call => call.Names.Count));
    }

    [Fact]
    public void A_payload_never_exceeds_six_megabytes()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 10_000 });
        for (var i = 0; i < 20; i++)
            mapping.Stream.Write(mapping.Shard, $"{i}", $"{i}", padding: 700_000);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.All(mapping.Function.Calls, call => Assert.InRange(call.Bytes, 1, 6 * 1024 * 1024));
        Assert.Equal([8, 8, 4], mapping.Function.Calls.Select(call => call.Names.Count));
    }

    [Fact]
    public void A_full_payload_is_sent_before_its_window_ends()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 10_000, MaximumBatchingWindow = TimeSpan.FromSeconds(300) });
        for (var i = 0; i < 9; i++)
            mapping.Stream.Write(mapping.Shard, $"{i}", $"{i}", padding: 700_000);
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(8, Assert.Single(mapping.Function.Calls).Names.Count);
    }

    [Fact]
    public void The_batching_window_starts_with_the_oldest_record()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumBatchingWindow = TimeSpan.FromSeconds(2) });
        mapping.Start();
        var start = mapping.World.Time.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            mapping.Write($"{i}");
            mapping.World.Advance(TimeSpan.FromMilliseconds(900));
        }

        var first = mapping.Function.Calls[0];
        Assert.Equal(["0", "1", "2"], first.Names);
        Assert.InRange((first.At - start).TotalSeconds, 2, 2.1);
    }

    [Fact]
    public void A_full_batch_is_sent_before_its_window_ends()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 2, MaximumBatchingWindow = TimeSpan.FromSeconds(300) });
        mapping.Write("a", "b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a,b", mapping.Function.Batches);
    }

    [Fact]
    public void Filtered_records_are_not_gathered()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 2, Filter = MappingHarness.Filter("""{"name":[{"prefix":"x"}]}""") });
        mapping.Write("x1", "a", "b", "x2", "x3");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("x1,x2 | x3", mapping.Function.Batches);
    }

    [Fact]
    public void Filtered_records_move_the_checkpoint_without_an_invocation()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { Filter = MappingHarness.Filter("""{"name":["x"]}""") });
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Empty(mapping.Function.Calls);
    }
}
