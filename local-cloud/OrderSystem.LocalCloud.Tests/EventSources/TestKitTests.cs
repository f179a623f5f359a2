using Microsoft.Extensions.Time.Testing;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

/// <summary>
/// Uses the test kit, OrderSystem.EventSources.Testing, as other projects would: only through its public types.
/// </summary>
public class TestKitTests
{
    [Fact]
    public void A_mapping_is_driven_through_failures_a_kill_and_a_restart_on_a_virtual_clock()
    {
        var mapping = new MappingHarness(new EventSourceMappingConfiguration { BatchSize = 2, BisectBatchOnFunctionError = true, MaximumRetryAttempts = 1 });
        mapping.Function.Answer = call => call.Names.Contains("poison") ? call.Fail() : call.Succeed();
        mapping.Write("a", "poison", "b");
        mapping.Start();
        mapping.Kill();
        mapping.Start();
        mapping.RunUntilDone();
        Assert.Equal("a,poison | a | poison | poison,b | poison | poison | b", mapping.Function.Batches);
        Assert.Equal(["RetryAttemptsExhausted"], mapping.Parked.Conditions);
    }

    [Fact]
    public async Task The_parts_run_on_any_fake_clock()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var stream = new ScriptedStream(time);
        var shard = stream.AddShard();
        var function = new ScriptedFunction(time);
        function.Answer = call => function.Calls.Count == 1 ? call.Fail() : call.Succeed();
        var source = new StreamEventSource(
            "mapping", new EventSourceMappingConfiguration(), stream, function, new InMemoryCheckpointStore(), onFailure: null, new EventSourceOptions { TimeProvider = time });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stream.Write(shard, "key", "record");
        var run = source.RunAsync(stopping.Token, CancellationToken.None);
        while (function.Calls.Count < 2)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("record | record", function.Batches);
    }
}
