using System.Text;
using Microsoft.Extensions.Logging;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.Tests.EventSources;

public class ShardTests
{
    [Fact]
    public void Trim_horizon_begins_with_the_oldest_record_kept()
    {
        var mapping = new MappingHarness();
        mapping.Write("trimmed", "a", "b");
        ScriptedStream.Trim(mapping.Shard, 1);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b", mapping.Function.Batches);
    }

    [Fact]
    public void Latest_begins_with_what_is_written_after_the_mapping_was_made()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { StartingPosition = StartingPosition.Latest });
        mapping.Write("before");
        mapping.Start();
        mapping.Write("after");
        mapping.RunUntilDone();
        Assert.Equal("after", mapping.Function.Batches);
    }

    [Fact]
    public void Latest_remembers_where_it_began_although_nothing_came_before_a_restart()
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
    public void Latest_leaves_out_closed_shards_and_reads_the_children_made_later_from_their_beginning()
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

    [Fact]
    public void Children_are_read_after_all_of_their_parent_is_dealt_with()
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
    public void A_failing_parent_holds_its_children_up()
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
    public void Siblings_are_read_side_by_side()
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
    public void A_shard_whose_parent_the_stream_has_forgotten_is_read()
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
    public void A_shard_split_while_it_is_read_is_finished_and_its_children_follow()
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
    public void A_shard_that_appears_is_found()
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
    public void Expired_iterators_are_renewed_where_they_were()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        mapping.Stream.ExpireIterators();
        mapping.Write("b");
        mapping.RunUntilDone();
        Assert.Equal("a | b", mapping.Function.Batches);
    }

    [Fact]
    public void An_iterator_that_expires_amid_a_backlog_skips_and_repeats_nothing()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 10 });
        mapping.Stream.PageSize = 3;
        for (var i = 0; i < 40; i++)
            mapping.Write($"{i}");
        mapping.Function.Duration = _ => TimeSpan.FromMilliseconds(20);
        mapping.Start();
        for (var i = 0; i < 8; i++)
        {
            mapping.World.Advance(TimeSpan.FromMilliseconds(10));
            mapping.Stream.ExpireIterators();
        }

        mapping.RunUntilDone();
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i}"), mapping.Function.Calls.SelectMany(call => call.Names));
    }

    [Fact]
    public void Trimmed_records_are_lost_and_the_oldest_kept_come_next()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        mapping.Stop();
        mapping.Write("lost", "b");
        ScriptedStream.Trim(mapping.Shard, 2);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a | b", mapping.Function.Batches);
    }

    [Fact]
    public void A_read_that_fails_is_tried_again()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        for (var i = 0; i < 6; i++)
            mapping.Stream.FailNextRead(new HttpRequestException("connection refused"));
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a", mapping.Function.Batches);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_page_that_breaks_is_read_on_from_the_record_it_broke_at(int after)
    {
        var mapping = new MappingHarness();
        mapping.Write("a", "b", "c");
        mapping.Stream.BreakNextPage(after);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(["a", "b", "c"], mapping.Function.Calls.SelectMany(call => call.Names));
    }

    [Fact]
    public void A_record_that_no_filter_can_judge_goes_to_the_function_and_stops_nothing()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { Filter = MappingHarness.Filter("""{"note":["wanted"]}""") });
        Write("a", "wanted");
        // Half of a surrogate pair is JSON, but no text.
        Write("b", "\\ud800");
        Write("c", "unwanted");
        Write("d", "wanted");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,d", mapping.Function.Batches);

        void Write(string name, string note)
        {
            var number = mapping.Stream.NextSequenceNumber();
            var json = $$$"""{"name":"{{{name}}}","note":"{{{note}}}","dynamodb":{"SequenceNumber":"{{{number}}}"} }""";
            ScriptedStream.Write(mapping.Shard, new StreamRecord(number, name, mapping.World.Time.GetUtcNow(), Encoding.UTF8.GetBytes(json)));
        }
    }

    [Fact]
    public void Iterators_that_are_always_too_old_do_not_make_it_spin()
    {
        var mapping = new MappingHarness { Stream = { ExpiresAlways = true } };
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(mapping.Stream.Reads, 5, 20);
        mapping.Stream.ExpiresAlways = false;
        mapping.RunUntilDone();
        Assert.Equal("a", mapping.Function.Batches);
    }

    [Fact]
    public void A_beginning_that_is_trimmed_before_anything_was_read_is_no_loss_to_warn_of()
    {
        var logger = new RecordingLogger();
        var mapping = new MappingHarness { Logger = logger };
        mapping.Stream.FailNextRead(new TrimmedDataAccessException("too old"));
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.DoesNotContain(logger.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public void A_finished_shard_that_one_list_leaves_out_is_not_read_again()
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
    public void Reading_pauses_while_what_waits_is_large()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromHours(1) }, Stream = { PageSize = 5 } };
        for (var i = 0; i < 200; i++)
            mapping.Stream.Write(mapping.Shard, $"{i}", $"{i}", padding: 700_000);
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(mapping.Stream.Reads * 5 * 0.7, 20, 35);
    }

    [Fact]
    public void What_a_record_says_is_not_kept_once_it_is_dealt_with()
    {
        var progress = new ShardProgress(new ShardCheckpoint("shard", null), new EventSourceMappingConfiguration());
        var records = Enumerable.Range(1, 3).Select(i => new PendingRecord(new StreamRecord($"{i}", "key", default, new byte[1000]), 0, 0)).ToList();
        records.ForEach(record => progress.Add(record));
        progress.Complete([records[1]], window: null);
        Assert.Equal([1000, 0, 1000], records.Select(record => record.Record.Json.Length));
        Assert.Equal("2", records[1].Record.SequenceNumber);
    }

    [Fact]
    public void A_shard_that_is_gone_counts_as_finished()
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
    public void The_checkpoint_of_a_finished_shard_is_forgotten_with_the_shard()
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

    [Fact]
    public void Polling_is_quick_while_records_come_and_slow_when_it_is_quiet()
    {
        var mapping = new MappingHarness();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        var before = mapping.Stream.Reads;
        mapping.World.Advance(TimeSpan.FromMilliseconds(500));
        Assert.InRange(mapping.Stream.Reads - before, 90, 110);
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        before = mapping.Stream.Reads;
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(mapping.Stream.Reads - before, 23, 27);
    }

    [Fact]
    public void Reading_pauses_while_the_function_is_far_behind()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromHours(1) } };
        for (var i = 0; i < 20_000; i++)
            mapping.Write($"{i}");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(mapping.Stream.Reads, 1, 10);
    }

    [Theory]
    [InlineData("9", "10", -1)]
    [InlineData("000000000000000000010", "9", 1)]
    [InlineData("800000000003126276362", "800000000003126276362", 0)]
    [InlineData("99999999999999999999999999999999999999", "100000000000000000000000000000000000000", -1)]
    public void Sequence_numbers_compare_as_numbers(string left, string right, int expected) =>
        Assert.Equal(expected, Math.Sign(SequenceNumber.Compare(left, right)));
}
