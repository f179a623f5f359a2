using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OrderSystem.Core.Orders;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>
/// Sends hostile requests to one process of a cloud. Checks the responses and the process's memory, and that valid
/// requests still work.
/// </summary>
/// <param name="tested">The running cloud.</param>
/// <param name="process">The process that receives the requests.</param>
/// <param name="port">The process's port.</param>
/// <param name="requests">The requests.</param>
/// <param name="say">Prints a line that reports progress or a violation.</param>
internal sealed class HostileRun(TestedCloud tested, CloudProcess process, int port, HostileRequests requests, Action<string> say)
{
    private const int MaximumShown = 20;
    private const int Steps = 20;

    /// <summary>
    /// The factor by which the memory may grow after the first fifth of the requests, which warms up the process. A
    /// growth of up to <see cref="AllowedMegabytes"/> is always allowed.
    /// </summary>
    private const double MaximumGrowth = 1.3;
    private const double AllowedMegabytes = 48;

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private int _violations;

    /// <summary>Sends <paramref name="count"/> requests, starting with number <paramref name="first"/>.</summary>
    /// <returns>The number of violations that were found.</returns>
    public async Task<int> RunAsync(int first, int count, int connections, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var memory = new List<double>();
        var step = Math.Max(1, count / Steps);
        for (var done = 0; done < count; done += step)
        {
            var next = first + done - 1;
            var last = first + Math.Min(count, done + step);
            await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
                async () =>
                {
                    while (Interlocked.Increment(ref next) is var number && number < last)
                        await SendAsync(number, cancellationToken);
                },
                cancellationToken)));
            await CheckHealthAsync(cancellationToken);
            memory.Add(Megabytes());
            tested.World.Timeline.Clear();
            say(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(started):hh\\:mm\\:ss} {last - first} requests, {memory[^1]:0} MB, {_violations} violations"));
        }

        CheckMemory(memory);
        await CheckOrderAsync(cancellationToken);
        foreach (var complaint in tested.Processes.SelectMany(each => each.TakeComplaints()))
            Violate(complaint);
        if (process.Starts > 1)
            Violate("the process ended and was started again");
        say($"responses: {string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{Name(status.Key)} {status.Value}"))}");
        return _violations;
    }

    private async Task CheckHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tested.ReadyAsync(cancellationToken);
        }
        catch (TimeoutException e)
        {
            Violate($"unhealthy after these requests: {e.Message}");
        }
    }

    private async Task SendAsync(int number, CancellationToken cancellationToken)
    {
        var request = requests.Create(number);
        var outcome = await HostileConnection.SendAsync(port, request, cancellationToken);
        _statuses.AddOrUpdate(outcome.Status, 1, (_, known) => known + 1);
        if (outcome.Violation(request) is { } violation)
            Violate($"request {number}: {violation}\n--- request\n{request}\n--- response\n{outcome.Text}\n---");
    }

    private void CheckMemory(List<double> memory)
    {
        if (memory.Count < Steps)
            return;
        var (before, after) = (Median(memory[(Steps / 5)..(Steps * 2 / 5)]), Median(memory[(Steps * 4 / 5)..]));
        say(FormattableString.Invariant($"memory after warm-up {before:0} MB, at the end {after:0} MB, at most {memory.Max():0} MB"));
        if (after > (before * MaximumGrowth) && after > before + AllowedMegabytes)
            Violate("the memory of the process grows");
    }

    /// <summary>Places an order as a client would, and waits until it is completed.</summary>
    private async Task CheckOrderAsync(CancellationToken cancellationToken)
    {
        var id = $"after-{Guid.NewGuid():N}";
        var order = new ClientOrder(id, "after", "tok_ok", [new Line("after", 1)]);
        try
        {
            await tested.Orders.SetStockAsync("after", 5, cancellationToken);
            await TestedCloud.EventuallyAsync(
                async () =>
                {
                    using var answer = await tested.Orders.PostAsync(order.ToJson(), cancellationToken);
                    return answer is { IsSuccessStatusCode: true } && await tested.Orders.FindAsync(id, cancellationToken) is { Status: OrderStatus.Completed };
                },
                () => "an order placed after all requests was not completed",
                cancellationToken);
        }
        catch (TimeoutException e)
        {
            Violate(e.Message);
        }
    }

    private void Violate(string what)
    {
        if (Interlocked.Increment(ref _violations) <= MaximumShown)
            say(what);
    }

    private double Megabytes() => process.ProcessId is { } id
        ? File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024).FirstOrDefault()
        : 0;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Name(int status) => status switch { 0 => "closed", -1 => "none", _ => status.ToString(CultureInfo.InvariantCulture) };
}
