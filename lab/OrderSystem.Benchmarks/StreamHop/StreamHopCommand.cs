using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary>
/// The command <c>stream-hop</c>: measures the time from a record's write until the function's handler receives the
/// record, and compares this time with that of a bare <c>GetRecords</c> loop.
/// </summary>
internal static class StreamHopCommand
{
    /// <summary>
    /// The duration of the pause without writes before each idle sample, and before the measurement of the idle CPU
    /// time.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "Duration of the load and of the idle measurement, in seconds", DefaultValueFactory = _ => 15 };
        var rate = new Option<int>("--rate") { Description = "Records per second under load", DefaultValueFactory = _ => 200 };
        var samples = new Option<int>("--idle-samples") { Description = $"Number of idle samples, each after {Quiet.TotalSeconds} s without writes", DefaultValueFactory = _ => 15 };
        var backlog = new Option<int>("--backlog") { Description = "Number of records in the throughput run; 0 skips it", DefaultValueFactory = _ => 60_000 };
        var command = new Command("stream-hop",
            "Measures latency, idle cost and throughput from a DynamoDB Local write to the handler, compared with a bare GetRecords loop.") { seconds,
            rate, samples, backlog };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(seconds), result.GetValue(rate), result.GetValue(samples), result.GetValue(backlog), cancellationToken));
        return command;
    }

    private static async Task RunAsync(int seconds, int rate, int samples, int backlog, CancellationToken cancellationToken)
    {
        await using var system = await HopSystem.StartAsync(cancellationToken);
        var mapping = await system.MapAsync("TRIM_HORIZON", 100, cancellationToken);
        await LatencyAsync(system, Handler(system), "warm-up", rate, 5, cancellationToken);
        var underLoad = Print($"{rate} writes/s", await LatencyAsync(system, Handler(system), "load", rate, seconds, cancellationToken));
        var fromIdle = Print("from idle", await FromIdleAsync(system, Handler(system), samples, Quiet, cancellationToken));
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        await IdleCostAsync(system, "idle cost", seconds, cancellationToken);
        await system.UnmapAsync(mapping, cancellationToken);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        await IdleCostAsync(system, "without mapping", seconds, cancellationToken);

        // For comparison, read the same stream with a bare GetRecords loop, at the mapping's polling intervals.
        var (bareUnderLoad, bareFromIdle) = (0d, 0d);
        var pace = new PollingPace();
        await using (var loop = await BareLoop.StartAsync(system, pace.Busy, cancellationToken))
            bareUnderLoad = Print("bare, load", await LatencyAsync(system, loop.Hop, "bare-load", rate, seconds, cancellationToken));
        await using (var loop = await BareLoop.StartAsync(system, pace.Idle, cancellationToken))
            bareFromIdle = Print("bare, idle", await FromIdleAsync(system, loop.Hop, 25, TimeSpan.FromMilliseconds(500), cancellationToken));
        Console.WriteLine($"{"ratios of p50",-16} under load {underLoad / bareUnderLoad:N2} x, from idle {fromIdle / bareFromIdle:N2} x a bare GetRecords loop");
        if (backlog > 0)
            await ThroughputAsync(system, backlog, cancellationToken);
    }

    private static Hop Handler(HopSystem system)
    {
        var hop = new Hop(system);
        system.Entered = @event => hop.Enter(HopSystem.Ids(@event));
        return hop;
    }

    /// <summary>
    /// Writes at a fixed rate, and returns the time from the response to each write until the handler receives the record,
    /// in milliseconds.
    /// </summary>
    private static async Task<List<double>> LatencyAsync(HopSystem system, Hop hop, string name, int rate, int seconds, CancellationToken cancellationToken)
    {
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

    private static async Task<List<double>> FromIdleAsync(HopSystem system, Hop hop, int samples, TimeSpan quiet, CancellationToken cancellationToken)
    {
        for (var i = 0; i < samples; i++)
        {
            // Vary the pause between the writes, so that the writes do not synchronize with the polls.
            await Task.Delay(quiet + TimeSpan.FromMilliseconds(7 * i), TimeProvider.System, cancellationToken);
            await hop.WriteAsync($"idle-{quiet.TotalMilliseconds}-{i}", cancellationToken);
        }

        return await hop.LatenciesAsync(samples, cancellationToken);
    }

    private static async Task IdleCostAsync(HopSystem system, string name, int seconds, CancellationToken cancellationToken)
    {
        var (before, start) = (system.ProcessorTime(), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellationToken);
        var (after, elapsed) = (system.ProcessorTime(), Stopwatch.GetElapsedTime(start));
        Console.WriteLine($"{name,-16} local cloud {(after.LocalCloud - before.LocalCloud) / elapsed:P2} of a core; the function's process "
            + $"{(after.Function - before.Function) / elapsed:P2}, DynamoDB Local {(after.DynamoDb - before.DynamoDb) / elapsed:P2}");
    }

    private static async Task ThroughputAsync(HopSystem system, int records, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, records),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (i, token) => await system.PutAsync($"bulk-{i}", token));
        var reader = new DynamoDbShardReader(system.Tables, await system.StreamAsync(cancellationToken), "us-east-1", TimeProvider.System);
        var total = await BareAsync(system, reader, cancellationToken);

        // Alternate between the bare loop and the mapping, and keep the best of three runs, so that DynamoDB Local is
        // equally warm for both.
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

    /// <summary>Reads the whole stream without processing its records, and returns their number.</summary>
    private static async Task<int> BareAsync(HopSystem system, DynamoDbShardReader reader, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var shard in await reader.ListShardsAsync(cancellationToken))
        {
            var iterator = await reader.GetIteratorAsync(shard.Id, null, cancellationToken);
            while (iterator is not null)
            {
                using var page = JsonDocument.Parse(await system.Tables.GetRecordsAsync(iterator, BareLoop.MostRecords, cancellationToken));
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

    /// <returns>The median, in milliseconds.</returns>
    private static double Print(string name, List<double> milliseconds)
    {
        milliseconds.Sort();
        Console.WriteLine($"{name,-16} p50 {At(0.5):N1} ms, p90 {At(0.9):N1} ms, p99 {At(0.99):N1} ms, max {milliseconds[^1]:N1} ms, {milliseconds.Count} records");
        return At(0.5);

        double At(double quantile) => milliseconds[(int)Math.Min(milliseconds.Count - 1, quantile * milliseconds.Count)];
    }
}
