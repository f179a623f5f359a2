using System.Text.Json;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary>
/// Calls <c>GetRecords</c> in a loop without processing the records. The latency of this loop is a lower bound for the
/// latency of an event source mapping.
/// </summary>
internal sealed class BareLoop : IAsyncDisposable
{
    /// <summary>The maximum number of records that one call of <c>GetRecords</c> returns.</summary>
    public const int MostRecords = 1000;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private BareLoop(HopSystem system, string iterator, TimeSpan pause)
    {
        Hop = new Hop(system);
        _running = RunAsync(system, iterator, pause);
    }

    public Hop Hop { get; }

    /// <summary>Starts a loop that reads only records that are written after the start.</summary>
    public static async Task<BareLoop> StartAsync(HopSystem system, TimeSpan pause, CancellationToken cancellationToken)
    {
        var reader = new DynamoDbShardReader(system.Tables, await system.StreamAsync(cancellationToken), "us-east-1", TimeProvider.System);
        var shard = (await reader.ListShardsAsync(cancellationToken))[^1];
        return new BareLoop(system, await reader.GetIteratorAsync(shard.Id, "LATEST", null, cancellationToken), pause);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(HopSystem system, string iterator, TimeSpan pause)
    {
        while (true)
        {
            using var page = JsonDocument.Parse(await system.Tables.GetRecordsAsync(iterator, MostRecords, _stop.Token));
            Hop.Enter(page.RootElement.GetProperty("Records").EnumerateArray().Select(record => record.GetProperty("dynamodb").GetProperty("Keys").GetProperty("id").GetProperty("S").GetString()!));
            iterator = page.RootElement.GetProperty("NextShardIterator").GetString()!;
            await Task.Delay(pause, TimeProvider.System, _stop.Token);
        }
    }
}
