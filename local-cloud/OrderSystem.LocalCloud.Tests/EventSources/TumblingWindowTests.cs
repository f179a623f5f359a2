using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class TumblingWindowTests
{
    [Fact]
    public void State_passes_between_invocations_and_the_final_one_has_no_records()
    {
        var mapping = Harness(Count);
        mapping.Write("a", "b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        mapping.Write("c");
        mapping.World.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("a,b | c | ", mapping.Function.Batches);
        Assert.Equal(["{}", """{"n":2}""", """{"n":3}"""], mapping.Function.Calls.Select(call => call.Event["state"]!.ToJsonString()));
        Assert.Equal([false, false, true], mapping.Function.Calls.Select(call => (bool)call.Event["isFinalInvokeForWindow"]!));
    }

    [Fact]
    public void The_event_contains_its_window_shard_and_stream()
    {
        var mapping = Harness(Count);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        var @event = mapping.Function.Calls[0].Event;
        Assert.Equal("""{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:30Z"}""", @event["window"]!.ToJsonString());
        Assert.Equal("shard-0", (string?)@event["shardId"]);
        Assert.Equal(mapping.Stream.StreamArn, (string?)@event["eventSourceARN"]);
        Assert.False((bool)@event["isWindowTerminatedEarly"]!);
    }

    [Fact]
    public void A_window_ends_at_its_time_without_further_records()
    {
        var mapping = Harness(Count);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(mapping.Function.Calls);
        mapping.World.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("a | ", mapping.Function.Batches);
    }

    [Fact]
    public void Records_belong_to_the_window_of_their_creation_time()
    {
        var mapping = Harness(Count);
        mapping.Write("a", "b");
        mapping.World.Advance(TimeSpan.FromSeconds(30));
        mapping.Write("c");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a,b |  | c", mapping.Function.Batches);
        Assert.Equal("{}", mapping.Function.Calls[2].Event["state"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"state":null}""")]
    [InlineData("""{"state":"text"}""")]
    [InlineData("")]
    public void A_response_without_a_state_fails_the_invocation(string answer)
    {
        var mapping = Harness(Count);
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1 ? call.Succeed(answer) : Count(call);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a | a", mapping.Function.Batches);
    }

    [Fact]
    public void A_failed_invocation_leaves_the_state_unchanged()
    {
        var mapping = Harness(Count);
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 2 ? call.Fail() : Count(call);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        mapping.Write("b");
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["{}", """{"n":1}""", """{"n":1}"""], mapping.Function.Calls.Select(call => call.Event["state"]!.ToJsonString()));
    }

    [Fact]
    public void A_failing_final_invocation_blocks_the_shard_until_it_succeeds()
    {
        var mapping = Harness(Count);
        var finals = 0;
        mapping.Function.Answer = call => (bool)call.Event["isFinalInvokeForWindow"]! && ++finals < 4 ? call.Fail() : Count(call);
        mapping.Write("a");
        mapping.World.Advance(TimeSpan.FromSeconds(30));
        mapping.Write("b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a |  |  |  |  | b", mapping.Function.Batches);
    }

    [Fact]
    public void A_state_over_1_MB_ends_its_window_early_and_resets_the_state()
    {
        var mapping = Harness(Count);
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1
            ? call.Succeed(new JsonObject { ["state"] = new JsonObject { ["big"] = new string('x', 1024 * 1024) } }.ToJsonString())
            : Count(call);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        mapping.Write("b");
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a |  | b", mapping.Function.Batches);
        Assert.True((bool)mapping.Function.Calls[1].Event["isWindowTerminatedEarly"]!);
        Assert.Equal("{}", mapping.Function.Calls[2].Event["state"]!.ToJsonString());
        Assert.Equal(mapping.Function.Calls[0].Event["window"]!.ToJsonString(), mapping.Function.Calls[2].Event["window"]!.ToJsonString());
    }

    [Fact]
    public void A_window_and_its_state_survive_a_kill()
    {
        var mapping = Harness(Count);
        mapping.Write("a", "b");
        mapping.Start();
        mapping.RunUntilDone();
        mapping.Kill();
        mapping.Start();
        mapping.Write("c");
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"n":2}""", mapping.Function.Calls[^1].Event["state"]!.ToJsonString());
    }

    [Fact]
    public void A_closed_shard_ends_its_last_window()
    {
        var mapping = Harness(Count);
        mapping.Write("a");
        var child = mapping.Stream.Split(mapping.Shard, 1)[0];
        mapping.Stream.Write(child, "k", "b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a |  | b", mapping.Function.Batches);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void In_a_backlog_record_times_end_a_window_for_any_page_size(int pageSize)
    {
        var mapping = Harness(Count);
        mapping.Stream.PageSize = pageSize;
        mapping.Write("a", "b", "c");
        mapping.World.Advance(TimeSpan.FromSeconds(30));
        mapping.Write("d");
        mapping.World.Advance(TimeSpan.FromHours(1));
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        var finals = mapping.Function.Calls.Where(call => (bool)call.Event["isFinalInvokeForWindow"]!).Select(call => call.Event["state"]!.ToJsonString());
        Assert.Equal(["""{"n":3}""", """{"n":1}"""], finals);
    }

    [Fact]
    public void A_window_stays_open_while_its_records_may_still_arrive()
    {
        var mapping = Harness(Count);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        mapping.Write("b");
        for (var i = 0; i < 12; i++)
            mapping.Stream.FailNextRead(new HttpRequestException("refused"));
        mapping.World.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal("a", mapping.Function.Batches);
        mapping.World.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("a | b | ", mapping.Function.Batches);
    }

    [Fact]
    public void A_signalling_stream_is_still_read_at_the_end_of_a_window()
    {
        var mapping = Harness(Count);
        mapping.Pace = PollingPace.OnSignal;
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("a | ", mapping.Function.Batches);
    }

    [Fact]
    public void The_position_and_state_of_a_window_are_saved_together()
    {
        var saved = new List<ShardCheckpoint>();
        var mapping = new MappingHarness(
            new EventSourceMappingConfiguration
            {
                BatchSize = 1,
                TumblingWindow = TimeSpan.FromSeconds(30),
                Filter = MappingHarness.Filter("""{"name":[{"prefix":"a"}]}""")
            })
        {
            Function = { Answer = Count },
            Stream = { PageSize = 1 },
            Store = store => new SeenCheckpoints(store, saved.Add),
        };
        mapping.Write("a", "x", "a", "x", "x", "a", "x");
        mapping.Start();
        mapping.RunUntilDone();
        var names = mapping.Shard.Records.Select(ScriptedStream.NameOf).ToList();
        var positions = mapping.Shard.Records.Select(record => record.SequenceNumber).ToList();
        Assert.NotEmpty(saved);
        Assert.All(saved, checkpoint => Assert.Equal(
            names.Take(checkpoint.After is null ? 0 : positions.IndexOf(checkpoint.After) + 1).Count(name => name == "a"),
            checkpoint.Window is { } window ? (int)JsonNode.Parse(window.State)!["n"]! : 0));
    }

    [Fact]
    public void An_open_window_is_dropped_when_windows_are_turned_off()
    {
        var mapping = Harness(Count);
        mapping.Write("a");
        mapping.Start();
        mapping.RunUntilDone();
        mapping.Stop();
        mapping.Configuration = mapping.Configuration with { TumblingWindow = TimeSpan.Zero };
        mapping.Function.Answer = call => call.Succeed();
        mapping.Start();
        mapping.Write("b");
        mapping.RunUntilDone();
        Assert.Null(mapping.Checkpoint()!.Window);
    }

    [Fact]
    public void A_window_due_to_end_early_ends_early_after_a_kill()
    {
        var mapping = Harness(Count);
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1
            ? call.Succeed(new JsonObject { ["state"] = new JsonObject { ["big"] = new string('x', 1024 * 1024) } }.ToJsonString())
            : Count(call);
        mapping.Function.Duration = _ => TimeSpan.FromSeconds(1);
        mapping.Write("a");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromMilliseconds(1500));
        mapping.Kill();
        mapping.Write("b");
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a |  |  | b", mapping.Function.Batches);
        Assert.True((bool)mapping.Function.Calls[2].Event["isWindowTerminatedEarly"]!);
        Assert.Equal("{}", mapping.Function.Calls[3].Event["state"]!.ToJsonString());
    }

    [Fact]
    public void A_partial_batch_response_keeps_the_returned_state()
    {
        var mapping = Harness(Count);
        mapping.Configuration = mapping.Configuration with { ReportBatchItemFailures = true };
        mapping.Function.Answer = call => mapping.Function.Calls.Count == 1
            ? call.Succeed(new JsonObject
            {
                ["state"] = new JsonObject { ["n"] = 1 },
                ["batchItemFailures"] = new JsonArray(new JsonObject { ["itemIdentifier"] = call.Identifiers[1] })
            }.ToJsonString())
            : Count(call);
        mapping.Write("a", "b");
        mapping.Start();
        mapping.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a,b | b", mapping.Function.Batches);
        Assert.Equal("""{"n":1}""", mapping.Function.Calls[1].Event["state"]!.ToJsonString());
    }

    private static InvocationOutcome Count(FunctionCall call)
    {
        var n = (int?)call.Event["state"]!["n"] ?? 0;
        return call.Succeed(new JsonObject { ["state"] = new JsonObject { ["n"] = n + call.Names.Count } }.ToJsonString());
    }

    private static MappingHarness Harness(Func<FunctionCall, InvocationOutcome> answer) =>
        new(new EventSourceMappingConfiguration { TumblingWindow = TimeSpan.FromSeconds(30) }) { Function = { Answer = answer } };

    private sealed class SeenCheckpoints(ICheckpointStore inner, Action<ShardCheckpoint> see) : ICheckpointStore
    {
        public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken) => inner.LoadAsync(mappingId, cancellationToken);

        public Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
        {
            see(checkpoint);
            return inner.SaveAsync(mappingId, checkpoint);
        }

        public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints) => inner.BeginAsync(mappingId, checkpoints);

        public Task ForgetAsync(string mappingId, string shardId) => inner.ForgetAsync(mappingId, shardId);

        public Task DeleteAsync(string mappingId) => inner.DeleteAsync(mappingId);
    }
}
