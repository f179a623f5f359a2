using OrderSystem.EventSources;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class PartialBatchResponseTests
{
    [Theory]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":null}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"other":1}""")]
    public void These_responses_count_as_success(string answer)
    {
        var mapping = Harness(call => call.Succeed(answer));
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b", mapping.Function.Batches);
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemidentifier":"1"}]}""")]
    [InlineData("""{"batchItemFailures":[{}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"nobody"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":7}]}""")]
    [InlineData("""{"batchItemFailures":["1"]}""")]
    [InlineData("""{"batchItemFailures":"1"}""")]
    [InlineData("""{"batchItemFailures":""")]
    [InlineData("\"done\"")]
    [InlineData("[{}]")]
    public void These_responses_fail_the_whole_batch(string answer)
    {
        var mapping = Harness(call => call.Succeed(answer));
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1 ? call.Succeed(answer) : call.Succeed();
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | a,b", mapping.Function.Batches);
    }

    [Fact]
    public void Without_ReportBatchItemFailures_a_report_is_ignored()
    {
        var mapping = new MappingHarness { Function = { Answer = call => call.Report("a") } };
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b", mapping.Function.Batches);
    }

    [Fact]
    public void Everything_from_the_lowest_reported_sequence_number_is_retried()
    {
        var mapping = Harness(call => call.Succeed());
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1 ? call.Report("d", "b") : call.Succeed();
        mapping.Write("a", "b", "c", "d", "e");
        mapping.Start();
        mapping.RunUntil(() => mapping.Checkpoint()?.After is not null);
        Assert.Equal(mapping.Shard.Records[0].SequenceNumber, mapping.Checkpoint()!.After);
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d,e | b,c,d,e", mapping.Function.Batches);
    }

    [Fact]
    public void A_function_error_fails_the_whole_batch()
    {
        var mapping = Harness(call => call.Succeed());
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b | a,b", mapping.Function.Batches);
    }

    [Fact]
    public void Without_bisect_the_rest_of_the_batch_is_discarded_after_the_retries()
    {
        var mapping = Harness(call => call.StopAt(name => name == "c"), retries: 2);
        mapping.Write("a", "b", "c", "d");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d | c,d | c,d", mapping.Function.Batches);
        Assert.Equal((mapping.Shard.Records[2].SequenceNumber, mapping.Shard.Records[3].SequenceNumber, 2), Assert.Single(mapping.Parked.Ranges));
    }

    [Fact]
    public void Progress_resets_the_attempt_count()
    {
        var mapping = Harness(call => call.Succeed(), retries: 1);
        mapping.Function.Answer = call => mapping.Function.Calls.Count switch
        {
            1 => call.Report("b"),
            2 => call.Report("c"),
            3 => call.Report("d"),
            _ => call.Succeed(),
        };
        mapping.Write("a", "b", "c", "d");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d | b,c,d | c,d | d", mapping.Function.Batches);
        Assert.Empty(mapping.Parked.Records);
    }

    [Fact]
    public void With_bisect_the_batch_is_split_at_the_reported_sequence_number()
    {
        var mapping = Harness(call => call.StopAt(name => name == "c"), retries: 1, bisect: true);
        mapping.Write("a", "b", "c", "d", "e");
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,b,c,d,e | c,d,e | c | c | d,e", mapping.Function.Batches);
        Assert.Equal((mapping.Shard.Records[2].SequenceNumber, mapping.Shard.Records[2].SequenceNumber, 1), Assert.Single(mapping.Parked.Ranges));
    }

    [Theory]
    [MemberData(nameof(Poisons))]
    public void Only_the_poison_record_is_discarded(int size, int poison)
    {
        var taken = new List<string>();
        var mapping = Harness(call => call.StopAt(name => name == $"{poison}"), retries: 2, bisect: true);
        mapping.Function.Answer = call =>
        {
            taken.AddRange(call.Names.TakeWhile(name => name != $"{poison}"));
            return call.StopAt(name => name == $"{poison}");
        };
        mapping.Write([.. Enumerable.Range(0, size).Select(i => $"{i}")]);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(Enumerable.Range(0, size).Where(i => i != poison).Select(i => $"{i}"), taken);
        var sequence = mapping.Shard.Records[poison].SequenceNumber;
        Assert.Equal((sequence, sequence, 1), Assert.Single(mapping.Parked.Ranges));
    }

    /// <summary>
    /// Without bisecting, the poison record and all later records of the batch are parked. The records before the poison
    /// record are processed once.
    /// </summary>
    [Theory]
    [MemberData(nameof(Poisons))]
    public void Without_bisect_the_parked_range_spans_from_the_poison_to_the_batch_end(int size, int poison)
    {
        var taken = new List<string>();
        var mapping = Harness(call => call.Succeed(), retries: 2);
        mapping.Function.Answer = call =>
        {
            taken.AddRange(call.Names.TakeWhile(name => name != $"{poison}"));
            return call.StopAt(name => name == $"{poison}");
        };
        mapping.Write([.. Enumerable.Range(0, size).Select(i => $"{i}")]);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(Enumerable.Range(0, poison).Select(i => $"{i}"), taken);
        Assert.Equal((mapping.Shard.Records[poison].SequenceNumber, mapping.Shard.Records[^1].SequenceNumber, size - poison), Assert.Single(mapping.Parked.Ranges));
    }

    /// <summary>
    /// If a function throws instead of reporting the poison record as failed, bisecting still isolates that record, but delivers
    /// other records repeatedly.
    /// </summary>
    [Theory]
    [MemberData(nameof(Poisons))]
    public void A_function_that_throws_at_a_poison_record_loses_only_that_record(int size, int poison)
    {
        var taken = new List<string>();
        var mapping = Harness(call => call.Succeed(), retries: 1, bisect: true);
        mapping.Function.Answer = call =>
        {
            if (call.Names.Contains($"{poison}"))
                return call.Fail();
            taken.AddRange(call.Names);
            return call.Succeed();
        };
        mapping.Write([.. Enumerable.Range(0, size).Select(i => $"{i}")]);
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal(Enumerable.Range(0, size).Where(i => i != poison).Select(i => $"{i}"), taken);
        Assert.Equal(mapping.Shard.Records[poison].SequenceNumber, Assert.Single(mapping.Parked.Ranges).First);
    }

    public static TheoryData<int, int> Poisons => new()
    {
        { 1, 0 }, { 10, 0 }, { 10, 4 }, { 10, 9 }, { 100, 0 }, { 100, 50 }, { 100, 99 },
    };

    private static MappingHarness Harness(Func<FunctionCall, InvocationOutcome> answer, int retries = -1, bool bisect = false) =>
        new(new EventSourceMappingConfiguration { ReportBatchItemFailures = true, MaximumRetryAttempts = retries, BisectBatchOnFunctionError = bisect })
        {
            Function = { Answer = answer },
        };
}
