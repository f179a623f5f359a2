using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>Tests which shards a mapping reads, and in which order.</summary>
public class ShardTests
{
    [Fact]
    public void Child_shards_are_read_after_their_parent_is_finished()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromSeconds(5) } };
        mapping.Write("parent");
        var children = mapping.Stream.Split(mapping.Shard);
        mapping.Stream.Write(children[0], "k", "child-0");
        mapping.Stream.Write(children[1], "k", "child-1");
        mapping.Start();
        mapping.RunUntilDone(children);
        Assert.Equal("parent", mapping.Function.Calls[0].Names.Single());
        Assert.All(mapping.Function.Calls.Skip(1), call => Assert.True(call.At >= mapping.Function.Calls[0].At + TimeSpan.FromSeconds(5)));
        Assert.True(mapping.Checkpoint()!.Finished);
    }

    [Fact]
    public void A_failing_parent_shard_blocks_its_children()
    {
        var mapping = new MappingHarness { Function = { Answer = call => call.Fail() } };
        mapping.Write("parent");
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Stream.Write(child, "k", "child");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMinutes(10));
        Assert.All(mapping.Function.Calls, call => Assert.Equal(["parent"], call.Names));
    }

    [Fact]
    public void Generations_of_shards_are_read_in_order()
    {
        var mapping = new MappingHarness();
        mapping.Write("0");
        var shard = mapping.Shard;
        for (var generation = 1; generation <= 5; generation++)
        {
            shard = mapping.Stream.Split(shard, 1)[0];
            mapping.Stream.Write(shard, "k", $"{generation}");
        }

        mapping.Start();
        mapping.RunUntilDone(shard);
        Assert.Equal("0 | 1 | 2 | 3 | 4 | 5", mapping.Function.Batches);
    }

    [Fact]
    public void Sibling_shards_are_read_concurrently()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromSeconds(1) } };
        var children = mapping.Stream.Split(mapping.Shard);
        mapping.Stream.Write(children[0], "k", "left");
        mapping.Stream.Write(children[1], "k", "right");
        mapping.Start();
        mapping.RunUntilDone(children);
        Assert.Equal(2, mapping.Function.MostRunning);
    }

    [Fact]
    public void A_shard_whose_parent_no_longer_exists_is_read()
    {
        var mapping = new MappingHarness();
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Stream.Remove(mapping.Shard);
        mapping.Stream.Write(child, "k", "child");
        mapping.Start();
        mapping.RunUntilDone(child);
        Assert.Equal("child", mapping.Function.Batches);
    }

    [Fact]
    public void A_shard_split_while_it_is_read_is_finished_before_its_children()
    {
        var mapping = new MappingHarness();
        mapping.Start();
        mapping.Write("before");
        mapping.RunUntilDone();
        mapping.Write("last");
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Stream.Write(child, "k", "child");
        mapping.RunUntilDone(child);
        Assert.Equal("before | last | child", mapping.Function.Batches);
    }

    [Fact]
    public void A_new_shard_is_discovered()
    {
        var mapping = new MappingHarness();
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMinutes(1));
        var other = mapping.Stream.AddShard();
        mapping.Stream.Write(other, "k", "found");
        mapping.RunUntilDone(other);
        Assert.Equal("found", mapping.Function.Batches);
    }

    [Fact]
    public void A_finished_shard_missing_from_one_listing_is_not_read_again()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Start();
        mapping.RunUntil(() => mapping.Checkpoint()?.Finished == true);
        mapping.Stream.HideOnce(mapping.Shard);
        mapping.World.Advance(TimeSpan.FromMinutes(1));
        mapping.Stream.Write(child, "k", "b");
        mapping.RunUntilDone(child);
        Assert.Equal("a | b", mapping.Function.Batches);
    }

    [Fact]
    public void A_missing_shard_counts_as_finished()
    {
        var mapping = new MappingHarness();
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Stream.Write(child, "k", "child");
        mapping.Stream.FailNextRead(new ShardNotFoundException("gone"));
        mapping.Start();
        mapping.RunUntilDone(child);
        Assert.Equal("child", mapping.Function.Batches);
    }

    [Fact]
    public void The_checkpoint_of_a_finished_shard_is_deleted_with_the_shard()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Start();
        mapping.RunUntil(() => mapping.Checkpoint()?.Finished == true);
        mapping.Stream.Remove(mapping.Shard);
        mapping.Stream.Write(child, "k", "b");
        mapping.RunUntilDone(child);
        mapping.World.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(mapping.Checkpoint());
    }
}
