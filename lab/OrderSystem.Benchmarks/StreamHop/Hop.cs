using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary>Measures the time from each item's write to the arrival of its stream record.</summary>
internal sealed class Hop(HopSystem system)
{
    private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _entered = new(StringComparer.Ordinal);

    public async Task WriteAsync(string id, CancellationToken cancellationToken) => _answered[id] = await system.PutAsync(id, cancellationToken);

    /// <summary>Records the current time as the time at which the stream records of the given items arrived.</summary>
    public void Enter(IEnumerable<string> ids)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var id in ids)
            _entered.TryAdd(id, now);
    }

    /// <summary>
    /// Waits until the given number of records have arrived. Returns, for each write, the time from the response to the
    /// write until the arrival of its record, in milliseconds.
    /// </summary>
    public async Task<List<double>> LatenciesAsync(int count, CancellationToken cancellationToken)
    {
        while (_answered.Keys.Count(_entered.ContainsKey) < count)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        // A record may arrive before the writer receives the response to the write. Count the negative time as zero.
        return [.. _answered.Select(write => Math.Max(0, Stopwatch.GetElapsedTime(write.Value, _entered[write.Key]).TotalMilliseconds))];
    }
}
