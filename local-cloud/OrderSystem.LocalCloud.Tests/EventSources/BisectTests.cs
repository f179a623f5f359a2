using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class BisectTests
{
    [Fact]
    public void A_failed_batch_is_split_into_halves_that_are_invoked_in_order()
    {
        var mapping = Harness(attempts: 0, "d");
        mapping.Write("a", "b", "c", "d");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d | a,b | c,d | c | d", mapping.Function.Batches);
    }

    [Fact]
    public void The_first_half_of_an_odd_batch_is_larger()
    {
        var mapping = Harness(attempts: 0, "a");
        mapping.Write("a", "b", "c");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c | a,b | a | b | c", mapping.Function.Batches);
    }

    [Fact]
    public void Splitting_does_not_use_up_attempts()
    {
        var mapping = Harness(attempts: 2, "c");
        mapping.Write("a", "b", "c", "d");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d | a,b | c,d | c | c | c | d", mapping.Function.Batches);
    }

    [Fact]
    public void A_single_record_is_not_split_but_retried()
    {
        var mapping = Harness(attempts: 3, "a");
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a | a | a | a", mapping.Function.Batches);
    }

    [Fact]
    public void Bisecting_discards_only_the_poison_record()
    {
        var mapping = Harness(attempts: 1, "b", "e");
        mapping.Write("a", "b", "c", "d", "e", "f");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(
            [mapping.Shard.Records[1].SequenceNumber, mapping.Shard.Records[4].SequenceNumber],
            mapping.Parked.Ranges.Select(range => range.First));
        Assert.All(mapping.Parked.Ranges, range => Assert.Equal((range.First, 1), (range.Last, range.Count)));
    }

    [Fact]
    public void Later_batches_use_the_full_batch_size_after_a_split()
    {
        var mapping = Harness(attempts: 0, "a");
        mapping.Configuration = mapping.Configuration with { BatchSize = 2 };
        mapping.Write("a", "b", "c", "d");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | a | b | c,d", mapping.Function.Batches);
    }

    [Fact]
    public void A_malformed_response_splits_the_batch_like_a_failure()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BisectBatchOnFunctionError = true, ReportBatchItemFailures = true, MaximumRetryAttempts = 0 });
        mapping.Function.Answer = call => call.Names.Count > 1 ? call.Succeed("""{"batchItemFailures":[{"itemIdentifier":""}]}""") : call.Succeed();
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | a | b", mapping.Function.Batches);
    }

    private static MappingHarness Harness(int attempts, params string[] poison) =>
        new(new EventSourceMappingConfiguration { BisectBatchOnFunctionError = true, MaximumRetryAttempts = attempts })
        {
            Function = { Answer = call => call.Names.Intersect(poison).Any() ? call.Fail() : call.Succeed() },
        };
}
