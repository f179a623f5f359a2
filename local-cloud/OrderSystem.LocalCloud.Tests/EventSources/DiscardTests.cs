using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class DiscardTests
{
    [Fact]
    public void The_record_of_a_discarded_batch_has_the_format_of_AWS()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 1 }) { Function = { Answer = call => call.Fail() } };
        mapping.Write("a");
        mapping.World.Advance(TimeSpan.FromMilliseconds(1500));
        mapping.Write("b");
        mapping.Start();
        mapping.RunUntilDone();
        var expected = $$$"""
            {"requestContext":{"requestId":"request-2","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:consume","condition":"RetryAttemptsExhausted","approximateInvokeCount":2},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"version":"1.0","timestamp":"2026-01-01T00:00:01.600Z","DDBStreamBatchInfo":{"shardId":"shard-0","startSequenceNumber":"{{{mapping.Shard.Records[0].SequenceNumber}}}","endSequenceNumber":"{{{mapping.Shard.Records[1].SequenceNumber}}}","approximateArrivalOfFirstRecord":"2026-01-01T00:00:00Z","approximateArrivalOfLastRecord":"2026-01-01T00:00:01Z","batchSize":2,"streamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000"}}
            """;
        Assert.Equal(expected, Assert.Single(mapping.Parked.Records).ToJsonString());
    }

    [Fact]
    public void A_destination_that_accepts_the_payload_receives_the_failed_event()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 0 })
        {
            Function = { Answer = call => call.Fail() },
            Parked = { TakesPayload = true },
        };
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        var records = JsonNode.Parse((string)Assert.Single(mapping.Parked.Records)["payload"]!)!["Records"]!.AsArray();
        Assert.Equal(mapping.Shard.Records.Select(record => JsonNode.Parse(record.Json.Span)!.ToJsonString()), records.Select(record => record!.ToJsonString()));
    }

    [Fact]
    public void A_reported_batch_item_failure_is_not_a_function_error()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 0, ReportBatchItemFailures = true })
        {
            Function = { Answer = call => call.Report("a") },
        };
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        var response = Assert.Single(mapping.Parked.Records)["responseContext"]!;
        Assert.Equal(200, (int)response["statusCode"]!);
        Assert.Null(response["functionError"]);
    }

    [Fact]
    public void A_failing_destination_is_retried_and_blocks_the_shard_until_it_succeeds()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 1, MaximumRetryAttempts = 0 });
        mapping.Function.Answer = call => call.Names[0] == "bad" ? call.Fail() : call.Succeed();
        for (var i = 0; i < 5; i++)
            mapping.Parked.FailNext(new InvalidOperationException("no such queue"));
        mapping.Write("bad", "next");
        mapping.Start();
        mapping.RunUntil(() => mapping.Function.Calls.Count == 1);
        Assert.Null(mapping.Checkpoint()?.After);
        mapping.RunUntilDone();
        Assert.Single(mapping.Parked.Records);
        Assert.Equal("bad | next", mapping.Function.Batches);
    }

    [Fact]
    public void Crash_between_parking_and_checkpoint_parks_the_batch_again()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { MaximumRetryAttempts = 0 }) { Function = { Answer = call => call.Fail() } };
        mapping.Parked.FailNext(new InvalidOperationException("down"));
        mapping.Write("bad");
        mapping.Start();
        mapping.RunUntil(() => mapping.Function.Calls.Count == 1);
        mapping.Kill();
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Single(mapping.Parked.Records);
        Assert.Equal("bad | bad", mapping.Function.Batches);
    }
}
