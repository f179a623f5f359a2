using System.Diagnostics;
using System.Globalization;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Load;

namespace OrderSystem.CrashTests;

/// <summary>The combined result of several crash test runs.</summary>
internal sealed record CrashRunsResult(int Runs, int Orders, int Completed, int Rejected, int GivenUp, int Parked, int Disturbances, int Strikes, int Restarts, IReadOnlyList<int> SeedsWithViolations)
{
    public static CrashRunsResult None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, []);

    public CrashRunsResult With(CrashRunResult run, int restarts)
    {
        var orders = run.Evidence?.Store.Orders.Values ?? [];
        return new CrashRunsResult(
            Runs + 1,
            Orders + run.Scenario.Steps.Count,
            Completed + orders.Count(order => order.Status == Core.Orders.OrderStatus.Completed),
            Rejected + orders.Count(order => order.Status == Core.Orders.OrderStatus.Rejected),
            GivenUp + run.GivenUp,
            Parked + run.Parked,
            Disturbances + run.Scenario.Disturbances.Count,
            Strikes + run.Strikes.Count,
            Restarts + restarts,
            run.Violations.Count > 0 ? [.. SeedsWithViolations, run.Scenario.Seed] : SeedsWithViolations);
    }
}

/// <summary>Runs many scenarios, each with its own seed, on clouds of one kind.</summary>
/// <param name="cloud">The kind of cloud.</param>
/// <param name="orders">The number of orders per run.</param>
/// <param name="say">Prints a line that reports progress or a violation.</param>
internal sealed class CrashRuns(CrashCloud cloud, int orders, Action<string> say)
{
    private const int MostHistories = 20;

    private readonly Lock _gate = new();
    private readonly CloudKind _kind = CloudKind.Of(cloud);
    private CrashRunsResult _result = CrashRunsResult.None;

    /// <summary>Generates the scenario of a seed for a kind of cloud.</summary>
    public static Scenario Scenario(CrashCloud cloud, int seed, int orders) =>
        CloudKind.Of(cloud) is var kind ? new ScenarioGenerator(seed, kind.Processes, kind.Writers, kind.Effects, kind.Lag).Generate(orders) : throw new UnreachableException();

    /// <summary>
    /// Runs the scenarios of consecutive seeds. Up to <paramref name="sideBySide"/> runs execute concurrently, on
    /// separate processes.
    /// </summary>
    public async Task<CrashRunsResult> RunAsync(int firstSeed, int runs, int sideBySide, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var next = firstSeed - 1;
        await Task.WhenAll(Enumerable.Range(0, sideBySide).Select(_ => Task.Run(
            async () =>
            {
                while (Take() is { Count: > 0 } seeds)
                    await RunOnOneCloudAsync(seeds, started, cancellationToken);
            },
            cancellationToken)));
        return _result;

        List<int> Take()
        {
            lock (_gate)
            {
                var seeds = Enumerable.Range(next + 1, Math.Min(_kind.RunsPerCloud, firstSeed + runs - next - 1)).ToList();
                next += seeds.Count;
                return seeds;
            }
        }
    }

    private async Task RunOnOneCloudAsync(List<int> seeds, long started, CancellationToken cancellationToken)
    {
        var tested = await CloudKind.StartAsync(cloud, PatientTemplate.ForMany, cancellationToken);
        var firstSeed = seeds[0];
        try
        {
            foreach (var seed in seeds)
            {
                tested.World.Timeline.Clear();
                var starts = tested.Processes.Sum(process => process.Starts);
                var run = await new CrashRun(tested, Scenario(cloud, seed, orders)).RunAsync(cancellationToken);
                foreach (var orderId in run.Violations.Select(violation => violation.OrderId).OfType<string>().Distinct().Take(MostHistories))
                    await tested.TellHistoryAsync(orderId, cancellationToken);
                lock (_gate)
                {
                    _result = _result.With(run, tested.Processes.Sum(process => process.Starts) - starts);
                    Tell(run, tested, firstSeed, Stopwatch.GetElapsedTime(started));
                }

                if (run.Violations.Count == 0 && !run.AreFilesLost)
                    continue;
                // Stop this cloud, so that the next run starts new processes with empty stores and is not affected by
                // the data of this run.
                await tested.DisposeAsync();
                tested = await CloudKind.StartAsync(cloud, PatientTemplate.ForMany, cancellationToken);
                firstSeed = seed + 1;
            }
        }
        finally
        {
            await tested.DisposeAsync();
        }
    }

    private void Tell(CrashRunResult run, TestedCloud tested, int firstSeed, TimeSpan elapsed)
    {
        var again = $"dotnet run -c Release --project lab/OrderSystem.CrashTests -- --cloud {cloud.ToString().ToLowerInvariant()} --orders {orders}";
        foreach (var violation in run.Violations)
        {
            say($"seed {run.Scenario.Seed}: {violation}");
            foreach (var entry in violation.OrderId is { } orderId ? tested.World.Timeline.Of(orderId) : tested.World.Timeline.General())
                say($"    {entry}");
            say($"    repeat: {again} --runs 1 --seed {run.Scenario.Seed}");
            if (firstSeed != run.Scenario.Seed)
                say($"    repeat with the earlier runs on the same processes: {again} --runs {run.Scenario.Seed - firstSeed + 1} --seed {firstSeed}");
        }

        say(string.Create(CultureInfo.InvariantCulture,
            $"{elapsed:hh\\:mm\\:ss} run {_result.Runs}, seed {run.Scenario.Seed}: {run.Evidence?.Store.Orders.Count} orders, "
                + $"{run.GivenUp} failed, {run.Parked} parked, {run.Scenario.Disturbances.Count} disturbances "
                + $"({string.Join(", ", run.Scenario.Disturbances.Select(disturbance => disturbance.Kind))}), faults at "
                + $"{(run.Strikes.Count == 0 ? "no point" : string.Join(", ", run.Strikes.Select(fault => fault.Point)))}, "
                + $"{run.Violations.Count} violations{(run.AreFilesLost ? "; the files were lost, and the process reported it" : "")}"));
    }
}
