using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>Tests the position in the stream at which a mapping begins to read.</summary>
public class StartingPositionTests
{
    [Fact]
    public void Trim_horizon_begins_with_the_oldest_record()
    {
        var mapping = new MappingHarness();
        mapping.Write("trimmed", "a", "b");
        ScriptedStream.Trim(mapping.Shard, 1);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b", mapping.Function.Batches);
    }

    [Fact]
    public void Latest_begins_with_records_written_after_the_mapping_was_created()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { StartingPosition = StartingPosition.Latest });
        mapping.Write("before");
        mapping.Start();
        mapping.Write("after");
        mapping.RunUntilDone();
        Assert.Equal("after", mapping.Function.Batches);
    }

    [Fact]
    public void Latest_keeps_its_starting_point_across_a_restart_without_records()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { StartingPosition = StartingPosition.Latest });
        mapping.Write("before");
        mapping.Start();
        mapping.Stop();
        mapping.Write("while down");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("while down", mapping.Function.Batches);
    }

    [Fact]
    public void Latest_skips_closed_shards_and_reads_later_children_from_the_start()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { StartingPosition = StartingPosition.Latest });
        mapping.Write("old");
        var open = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Stream.Write(open, "k", "old too");
        mapping.Start();
        var child = mapping.Stream.Split(open, 1)[0];
        mapping.Stream.Write(child, "k", "new");
        mapping.RunUntilDone(child);
        Assert.Equal("new", mapping.Function.Batches);
    }
}
