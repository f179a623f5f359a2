using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class RetryTests
{
    [Fact]
    public void A_failed_batch_is_retried_whole_until_it_succeeds()
    {
        var mapping = new MappingHarness();
        mapping.Function.Answer = call => mapping.Function.Calls.Count < 4 ? call.Fail() : call.Succeed();
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | a,b | a,b | a,b", mapping.Function.Batches);
        Assert.Empty(mapping.Parked.Records);
    }

    [Fact]
    public void Without_a_limit_a_failing_batch_blocks_its_shard()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1 }) { Function = { Answer = call => call.Fail() } };
        mapping.Write("bad", "waits");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromHours(2));
        Assert.True(mapping.Function.Calls.Count > 500);
        Assert.All(mapping.Function.Calls, call => Assert.Equal(["bad"], call.Names));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void After_the_maximum_retries_the_batch_is_discarded_and_the_next_runs(int retries)
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 2, MaximumRetryAttempts = retries })
        {
            Function = { Answer = call => call.Names.Contains("bad") ? call.Fail() : call.Succeed() },
        };
        mapping.Write("bad", "with", "next");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(1 + retries, mapping.Function.Calls.Count(call => call.Names.Contains("bad")));
        Assert.Equal(["next"], mapping.Function.Calls[^1].Names);
        Assert.Equal((mapping.Shard.Records[0].SequenceNumber, mapping.Shard.Records[1].SequenceNumber, 2), Assert.Single(mapping.Parked.Ranges));
        Assert.Equal(["RetryAttemptsExhausted"], mapping.Parked.Conditions);
    }

    [Fact]
    public void Retries_back_off()
    {
        var mapping = new MappingHarness { Function = { Answer = call => call.Fail() } };
        mapping.Write("bad");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMinutes(2));
        var pauses = mapping.Function.Calls.Zip(mapping.Function.Calls.Skip(1), (earlier, later) => (later.At - earlier.At).TotalMilliseconds).ToList();
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000], pauses.Take(9));
    }

    [Fact]
    public void Records_past_the_maximum_age_are_discarded_without_an_invocation()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRecordAge = TimeSpan.FromSeconds(60) });
        mapping.Stream.Write(mapping.Shard, "a", "old-1", age: TimeSpan.FromSeconds(90));
        mapping.Stream.Write(mapping.Shard, "b", "old-2", age: TimeSpan.FromSeconds(61));
        mapping.Stream.Write(mapping.Shard, "c", "young");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("young", mapping.Function.Batches);
        Assert.Equal(["RecordAgeExceeded"], mapping.Parked.Conditions);
        Assert.Equal(2, Assert.Single(mapping.Parked.Ranges).Count);
        Assert.Equal(0, (int)mapping.Parked.Records[0]["requestContext"]!["approximateInvokeCount"]!);
        Assert.Null(mapping.Parked.Records[0]["responseContext"]);
    }

    [Fact]
    public void A_batch_is_retried_until_its_records_are_too_old()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRecordAge = TimeSpan.FromSeconds(60) }) { Function = { Answer = call => call.Fail() } };
        mapping.Write("bad");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(["RecordAgeExceeded"], mapping.Parked.Conditions);
        Assert.InRange((mapping.Function.Calls[^1].At - mapping.Function.Calls[0].At).TotalSeconds, 45, 60);
    }

    [Fact]
    public void Only_the_records_of_a_retried_batch_that_are_too_old_are_discarded()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRecordAge = TimeSpan.FromSeconds(60) });
        mapping.Function.Answer = call => call.Names.Contains("old") ? call.Fail() : call.Succeed();
        mapping.Stream.Write(mapping.Shard, "a", "old", age: TimeSpan.FromSeconds(30));
        mapping.Write("young");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(["young"], mapping.Function.Calls[^1].Names);
        Assert.Equal(1, Assert.Single(mapping.Parked.Ranges).Count);
    }

    [Fact]
    public void Throttles_do_not_count_as_attempts()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 0 });
        mapping.Function.Answer = call => mapping.Function.Calls.Count <= 20 ? call.Throttle() : call.Succeed();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(21, mapping.Function.Calls.Count);
        Assert.Empty(mapping.Parked.Records);
    }

    [Fact]
    public void Throttles_between_failures_do_not_reset_the_attempt_count()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 2 });
        mapping.Function.Answer = call => mapping.Function.Calls.Count % 2 == 0 ? call.Throttle() : call.Fail();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(5, mapping.Function.Calls.Count);
        Assert.Equal(3, (int)Assert.Single(mapping.Parked.Records)["requestContext"]!["approximateInvokeCount"]!);
    }

    [Fact]
    public void A_throttled_batch_is_retried_until_its_records_are_too_old()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRecordAge = TimeSpan.FromSeconds(60), MaximumRetryAttempts = 1 })
        {
            Function = { Answer = call => call.Throttle() },
        };
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(["RecordAgeExceeded"], mapping.Parked.Conditions);
    }

    [Fact]
    public void Without_a_limit_a_batch_is_retried_until_its_records_expire()
    {
        var mapping = new MappingHarness { Function = { Answer = call => call.Names.Contains("bad") ? call.Fail() : call.Succeed() }, Stream = { Retention = TimeSpan.FromHours(24) } };
        mapping.Write("bad");
        mapping.World.Advance(TimeSpan.FromHours(1));
        mapping.Write("good");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.InRange((mapping.Function.Calls[^2].At - mapping.Function.Calls[0].At).TotalHours, 22.9, 23);
        Assert.Equal("good", mapping.Function.Calls[^1].Names.Single());
        Assert.Equal(["RecordAgeExceeded"], mapping.Parked.Conditions);
    }

    [Fact]
    public void Record_past_retention_is_delivered_once()
    {
        var mapping = new MappingHarness { Stream = { Retention = TimeSpan.FromHours(24) } };
        mapping.Write("from last week");
        mapping.World.Advance(TimeSpan.FromDays(7));
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("from last week", mapping.Function.Batches);
        Assert.Empty(mapping.Parked.Records);
    }

    [Fact]
    public void A_retried_batch_keeps_the_same_records()
    {
        var mapping = new MappingHarness();
        mapping.Function.Answer = call => mapping.Function.Calls.Count < 3 ? call.Fail() : call.Succeed();
        mapping.Write("a");
        mapping.Start();
        mapping.Write("b");
        mapping.RunUntilDone();
        Assert.Equal("a | a | a | b", mapping.Function.Batches);
    }

    [Fact]
    public void Results_are_reported_in_the_words_of_LastProcessingResult()
    {
        var mapping = new MappingHarness();
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(["PROBLEM: Function call failed", "OK"], mapping.Results);
    }
}
