using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary><c>stream-hop</c>: from a write to DynamoDB Local to the handler's entry, and the same stream read by a bare loop.</summary>
internal static class StreamHopCommand
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long records are written under load, and how long the idle cost is measured", DefaultValueFactory = _ => 15 };
        var rate = new Option<int>("--rate") { Description = "Records a second under load", DefaultValueFactory = _ => 200 };
        var backlog = new Option<int>("--backlog") { Description = "Records of the throughput run", DefaultValueFactory = _ => 60_000 };
        var command = new Command("stream-hop", "From a write to DynamoDB Local to the handler's entry: latency, idle cost, throughput beside a bare GetRecords loop.") { seconds, rate, backlog };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(seconds), result.GetValue(rate), result.GetValue(backlog), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int seconds, int rate, int backlog, CancellationToken cancellationToken)
    {
        await using var system = await HopSystem.StartAsync(cancellationToken);
        var mapping = await system.MapAsync("TRIM_HORIZON", 100, cancellationToken);
        await LatencyAsync(system, "warm-up", rate, 5, cancellationToken);
        Print($"{rate} writes/s", await LatencyAsync(system, "load", rate, seconds, cancellationToken));
        Print("from idle", await FromIdleAsync(system, 25, cancellationToken));
        await IdleCostAsync(seconds, cancellationToken);
        await system.UnmapAsync(mapping, cancellationToken);
        await ThroughputAsync(system, backlog, cancellationToken);
    }

    /// <summary>From a put's answer to the entry of the handler that has its record, in milliseconds.</summary>
    private static async Task<List<double>> LatencyAsync(HopSystem system, string name, int rate, int seconds, CancellationToken cancellationToken)
    {
        var hop = new Hop(system);
        var writes = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < rate * seconds; i++)
        {
            var due = TimeSpan.FromSeconds(i / (double)rate) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
                await Task.Delay(due, TimeProvider.System, cancellationToken);
            writes.Add(hop.WriteAsync($"{name}-{i}", cancellationToken));
        }

        await Task.WhenAll(writes);
        return await hop.LatenciesAsync(writes.Count, cancellationToken);
    }

    private static async Task<List<double>> FromIdleAsync(HopSystem system, int samples, CancellationToken cancellationToken)
    {
        var hop = new Hop(system);
        for (var i = 0; i < samples; i++)
        {
            // Quiet for longer than the mapping calls quiet, and never in step with its polls.
            await Task.Delay(TimeSpan.FromMilliseconds(1500 + 7 * i), TimeProvider.System, cancellationToken);
            await hop.WriteAsync($"idle-{i}", cancellationToken);
        }

        return await hop.LatenciesAsync(samples, cancellationToken);
    }

    private static async Task IdleCostAsync(int seconds, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
        using var process = Process.GetCurrentProcess();
        var (before, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellationToken);
        process.Refresh();
        Console.WriteLine($"{"idle cost",-16} {(process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start):P2} of a core, function's process included");
    }

    private static async Task ThroughputAsync(HopSystem system, int records, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, records),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (i, token) => await system.PutAsync($"bulk-{i}", token));
        var reader = new DynamoDbShardReader(system.Tables, await system.StreamAsync(cancellationToken));
        var total = await BareAsync(system, reader, cancellationToken);

        // Best of three each, turn by turn: the server warms up for both alike.
        var (bare, mapped) = (double.MaxValue, double.MaxValue);
        for (var run = 0; run < 3; run++)
        {
            var start = Stopwatch.GetTimestamp();
            await BareAsync(system, reader, cancellationToken);
            bare = Math.Min(bare, Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            await MappedAsync(system, total, cancellationToken);
            mapped = Math.Min(mapped, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine($"{"throughput",-16} bare GetRecords loop {total / bare:N0} records/s, mapping {total / mapped:N0} records/s: {bare / mapped:P0}");
    }

    /// <summary>Reads the stream from its beginning and looks at nothing but where to go on.</summary>
    private static async Task<int> BareAsync(HopSystem system, DynamoDbShardReader reader, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var shard in await reader.ListShardsAsync(cancellationToken))
        {
            var iterator = await reader.GetIteratorAsync(shard.Id, null, cancellationToken);
            while (iterator is not null)
            {
                using var page = JsonDocument.Parse(await system.Tables.GetRecordsAsync(iterator, 1000, cancellationToken));
                var count = page.RootElement.GetProperty("Records").GetArrayLength();
                iterator = count > 0 && page.RootElement.TryGetProperty("NextShardIterator", out var next) ? next.GetString() : null;
                total += count;
            }
        }

        return total;
    }

    private static async Task MappedAsync(HopSystem system, int total, CancellationToken cancellationToken)
    {
        var (seen, done) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        system.Entered = @event =>
        {
            using var document = JsonDocument.Parse(@event);
            seen += document.RootElement.GetProperty("Records").GetArrayLength();
            if (seen >= total)
                done.TrySetResult();
        };
        var mapping = await system.MapAsync("TRIM_HORIZON", 1000, cancellationToken);
        await done.Task.WaitAsync(cancellationToken);
        await system.UnmapAsync(mapping, cancellationToken);
    }

    private static void Print(string name, List<double> milliseconds)
    {
        milliseconds.Sort();
        Console.WriteLine($"{name,-16} p50 {At(0.5):N1} ms, p90 {At(0.9):N1} ms, p99 {At(0.99):N1} ms, most {milliseconds[^1]:N1} ms, {milliseconds.Count} records");

        double At(double quantile) => milliseconds[(int)Math.Min(milliseconds.Count - 1, quantile * milliseconds.Count)];
    }

    /// <summary>Writes on one side, entries on the other.</summary>
    private sealed class Hop
    {
        private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, long> _entered = new(StringComparer.Ordinal);
        private readonly HopSystem _system;

        public Hop(HopSystem system)
        {
            _system = system;
            system.Entered = @event =>
            {
                var now = Stopwatch.GetTimestamp();
                foreach (var id in HopSystem.Ids(@event))
                    _entered.TryAdd(id, now);
            };
        }

        public async Task WriteAsync(string id, CancellationToken cancellationToken) => _answered[id] = await _system.PutAsync(id, cancellationToken);

        public async Task<List<double>> LatenciesAsync(int count, CancellationToken cancellationToken)
        {
            while (_answered.Keys.Count(_entered.ContainsKey) < count)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            // A record may reach the handler before its writer has the answer: that took no time.
            return [.. _answered.Select(write => Math.Max(0, Stopwatch.GetElapsedTime(write.Value, _entered[write.Key]).TotalMilliseconds))];
        }
    }
}
