using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary>Writes on one side, entries on the other.</summary>
internal sealed class Hop(HopSystem system)
{
    private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _entered = new(StringComparer.Ordinal);

    public async Task WriteAsync(string id, CancellationToken cancellationToken) => _answered[id] = await system.PutAsync(id, cancellationToken);

    /// <summary>Notes that records have come.</summary>
    public void Enter(IEnumerable<string> ids)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var id in ids)
            _entered.TryAdd(id, now);
    }

    /// <summary>From each write's answer to its entry, in milliseconds.</summary>
    public async Task<List<double>> LatenciesAsync(int count, CancellationToken cancellationToken)
    {
        while (_answered.Keys.Count(_entered.ContainsKey) < count)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        // A record may come before its writer has the answer: that took no time.
        return [.. _answered.Select(write => Math.Max(0, Stopwatch.GetElapsedTime(write.Value, _entered[write.Key]).TotalMilliseconds))];
    }
}
