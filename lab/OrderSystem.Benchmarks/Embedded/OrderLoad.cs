using System.Diagnostics;

namespace OrderSystem.Benchmarks.Embedded;

/// <summary>The measurements of one run of the benchmark.</summary>
/// <param name="OrdersPerSecond">The number of completed orders per second.</param>
/// <param name="P50">The median time from placing an order to its completion, in milliseconds.</param>
/// <param name="P99">The 99th percentile of the time from placing an order to its completion, in milliseconds.</param>
/// <param name="CpuPerOrder">The process's CPU time per order, in microseconds.</param>
internal sealed record OrderLoad(double OrdersPerSecond, double P50, double P99, double CpuPerOrder)
{
    /// <summary>
    /// Runs orders and measures their throughput, latency and CPU time. A fixed number of orders is in progress at any time.
    /// </summary>
    public static async Task<OrderLoad> RunAsync(IOrderRunner runner, int orders, int inFlight, CancellationToken cancellationToken)
    {
        var milliseconds = new double[orders];
        var (processor, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Parallel.ForAsync(0, orders, new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var placed = Stopwatch.GetTimestamp();
            await runner.RunAsync(Guid.CreateVersion7().ToString(), token);
            milliseconds[i] = Stopwatch.GetElapsedTime(placed).TotalMilliseconds;
        });
        var taken = Stopwatch.GetElapsedTime(start);
        var used = Environment.CpuUsage.TotalTime - processor;
        Array.Sort(milliseconds);
        return new OrderLoad(orders / taken.TotalSeconds, milliseconds[orders / 2], milliseconds[orders * 99L / 100], used.TotalMicroseconds / orders);
    }

    public override string ToString() => $"{OrdersPerSecond,9:N0} orders/s   p50 {P50,7:N1} ms   p99 {P99,7:N1} ms   {CpuPerOrder,6:N0} µs CPU/order";
}
