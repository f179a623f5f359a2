using System.Text;
using Microsoft.Extensions.Logging;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>Tests how a shard is read: iterators, pages and polling pace.</summary>
public class ShardReadingTests
{
    [Fact]
    public void Expired_iterators_are_renewed_at_the_same_position()
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
    public void An_iterator_that_expires_during_a_backlog_skips_and_repeats_nothing()
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
    public void Reading_continues_with_the_oldest_record_after_a_trim()
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
    public void A_failed_read_is_retried()
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
    public void A_broken_page_is_read_again_from_the_record_where_it_broke(int after)
    {
        var mapping = new MappingHarness();
        mapping.Write("a", "b", "c");
        mapping.Stream.BreakNextPage(after);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(["a", "b", "c"], mapping.Function.Calls.SelectMany(call => call.Names));
    }

    [Fact]
    public void A_record_that_filters_cannot_evaluate_reaches_the_function()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { Filter = MappingHarness.Filter("""{"note":["wanted"]}""") });
        Write("a", "wanted");
        // An unpaired surrogate escape is valid JSON, but not valid Unicode text.
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
    public void Iterators_that_always_expire_do_not_cause_a_busy_loop()
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
    public void A_trim_before_the_first_read_logs_no_warning()
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
    public void Reading_pauses_while_the_waiting_records_are_large()
    {
        var mapping = new MappingHarness { Function = { Duration = _ => TimeSpan.FromHours(1) }, Stream = { PageSize = 5 } };
        for (var i = 0; i < 200; i++)
            mapping.Stream.Write(mapping.Shard, $"{i}", $"{i}", padding: 700_000);
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(mapping.Stream.Reads * 5 * 0.7, 20, 35);
    }

    [Fact]
    public void The_JSON_of_a_completed_record_is_released()
    {
        var progress = new ShardProgress(new ShardCheckpoint("shard", null), new EventSourceMappingConfiguration());
        var records = Enumerable.Range(1, 3).Select(i => new PendingRecord(new StreamRecord($"{i}", "key", default, new byte[1000]), 0, 0)).ToList();
        records.ForEach(record => progress.Add(record));
        progress.Complete([records[1]], window: null);
        Assert.Equal([1000, 0, 1000], records.Select(record => record.Record.Json.Length));
        Assert.Equal("2", records[1].Record.SequenceNumber);
    }

    [Fact]
    public void Polling_is_fast_with_records_and_slow_when_idle()
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
