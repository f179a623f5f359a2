using System.Collections.Concurrent;
using System.Diagnostics;
using OrderSystem.Core.Orders;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests;

/// <summary>The result of a crash test run.</summary>
/// <param name="Scenario">The scenario of the run.</param>
/// <param name="Violations">The violations of the invariants.</param>
/// <param name="Evidence">The evidence that was checked; null if the stores could not be read.</param>
/// <param name="Strikes">The planned faults that struck at least once.</param>
internal sealed record CrashRunResult(Scenario Scenario, IReadOnlyList<Violation> Violations, Evidence? Evidence, IReadOnlyList<PlannedFault> Strikes)
{
    /// <summary>Whether the run ended early because committed data was destroyed.</summary>
    public bool AreFilesLost { get; init; }

    /// <summary>The number of orders that their workflows parked.</summary>
    public int Parked => Evidence?.Store.Parked.Count(message => !message.IsStreamRecord) ?? 0;

    /// <summary>The number of orders that were rejected because a step exhausted its attempts.</summary>
    public int GivenUp => Evidence?.Store.Orders.Values.Count(order => order.Reason == RejectionReason.ProcessingFailed) ?? 0;
}

/// <summary>
/// One crash test run: places orders while it disturbs the processes, then undoes all disturbances and checks the
/// outcome.
/// </summary>
internal sealed class CrashRun(TestedCloud cloud, Scenario scenario)
{
    private readonly Timeline _timeline = cloud.World.Timeline;
    private readonly ConcurrentQueue<Violation> _disobedience = new();
    private readonly ConcurrentDictionary<string, int> _lowestStock = new(StringComparer.Ordinal);
    private readonly Disturber _disturber = new(cloud);

    /// <summary>
    /// Runs the scenario on a ready cloud. Every wait has a time limit; if something expected does not happen in time, that
    /// is a violation.
    /// </summary>
    public async Task<CrashRunResult> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var faults = cloud.Plan(scenario.Faults);
        var watch = WatchStockAsync(ending.Token);
        Evidence? evidence = null;
        try
        {
            evidence = await RunAsync(faults, ending.Token);
        }
        catch (FilesLostException e)
        {
            // The process did not cause the loss of the data, but it must not report itself healthy.
            _timeline.Note("all", e.Message);
            await ending.CancelAsync();
            await watch;
            cloud.Withdraw(faults);
            IReadOnlyList<Violation> violations = await cloud.IsStoreHealthyAsync(cancellationToken) ? [new(Invariant.AcceptedIsNeverLost, null, $"{e.Message}; but it reports healthy")] : [];
            return new CrashRunResult(scenario, violations, null, []) { AreFilesLost = true };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _disobedience.Enqueue(new Violation(Invariant.AcceptedIsNeverLost, Mentioned(e.Message), $"the outcome could not be read: {e.GetType().Name}: {e.Message}"));
        }

        cloud.Withdraw(faults);
        await ending.CancelAsync();
        await watch;
        foreach (var complaint in cloud.Processes.SelectMany(process => process.TakeComplaints()).Concat(_disturber.Complaints))
            _disobedience.Enqueue(new Violation(Invariant.ProcessesObey, null, complaint));
        return new CrashRunResult(
            scenario, [.. _disobedience, .. evidence is null ? [] : Checker.Check(evidence)], evidence, [.. faults.Where(fault => cloud.Faults.Strikes(fault) > 0)]);
    }

    private async Task<Evidence> RunAsync(IReadOnlyList<PlannedFault> faults, CancellationToken cancellationToken)
    {
        cloud.World.Telemetry.State = TelemetryState.Answering;
        foreach (var (sku, available) in scenario.Stock)
            await cloud.Orders.SetStockAsync(sku, available, cancellationToken);
        var clients = new Clients(cloud.Orders, _timeline);
        var placed = await PlayAsync(clients, cancellationToken);

        await MendAsync(cancellationToken);
        await FinishAsync(placed, clients);
        var moving = await cloud.QuietAsync(scenario.CustomerId, scenario.Poison, cancellationToken);
        cloud.Withdraw(faults);
        if (moving is not null)
            _disobedience.Enqueue(new Violation(Invariant.AcceptedIsNeverLost, Mentioned(moving), $"work did not finish in time: {moving}"));
        await AskAgainAsync(clients, cancellationToken);
        return new Evidence(
            scenario, clients.History, await cloud.ReadAsync(scenario.CustomerId, scenario.Stock.Keys, cancellationToken), Gateway(), _lowestStock)
        {
            Disturbed = _disturber.Disturbed,
            Strikes = [.. faults.SelectMany(fault => cloud.Faults.Struck(fault).Select(subject => new Strike(fault, subject)))],
        };
    }

    private async Task FinishAsync(Task placed, Clients clients)
    {
        try
        {
            await placed.WaitAsync(TestedCloud.Patience, TimeProvider.System, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            var waiting = clients.Waiting;
            _disobedience.Enqueue(new Violation(Invariant.BadRequestIsRefused, waiting.FirstOrDefault(), $"{waiting.Count} clients got no final response after the repair"));
        }
    }

    /// <summary>Starts every client step and every disturbance, in order. Returns when all disturbances have ended.</summary>
    /// <returns>A task that completes when all client steps are done. Clients that retry may not succeed before all
    /// disturbances have been undone.</returns>
    private async Task<Task> PlayAsync(Clients clients, CancellationToken cancellationToken)
    {
        List<Task> steps = [], disturbances = [];
        for (var i = 0; i <= scenario.Steps.Count; i++)
        {
            disturbances.AddRange(scenario.Disturbances.Where(disturbance => disturbance.AtStep == i).Select(disturbance => _disturber.DisturbAsync(disturbance, cancellationToken)));
            if (i == scenario.Steps.Count)
                break;
            var step = scenario.Steps[i];
            if (step.Pause > TimeSpan.Zero)
                await Task.Delay(step.Pause, TimeProvider.System, cancellationToken);
            steps.Add(clients.DoAsync(step, cancellationToken));
        }

        await Task.WhenAll(disturbances);
        return Task.WhenAll(steps);
    }

    /// <summary>
    /// Undoes all disturbances except those of the telemetry receiver, because orders must be processed even without
    /// telemetry.
    /// </summary>
    private async Task MendAsync(CancellationToken cancellationToken)
    {
        foreach (var process in cloud.Processes)
            process.Thaw();
        foreach (var process in cloud.Writers)
            process.SetDiskFull(false);
        _timeline.Note("all", "repaired");
        try
        {
            await cloud.ReadyAsync(cancellationToken);
        }
        catch (TimeoutException e)
        {
            _disobedience.Enqueue(new Violation(Invariant.ProcessesObey, null, e.Message));
        }
    }

    private async Task WatchStockAsync(CancellationToken cancellationToken)
    {
        var skus = scenario.Stock.Keys.ToList();
        while (!cancellationToken.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            foreach (var sku in skus)
            {
                if (await ReadStockAsync(sku, cancellationToken) is { } available)
                    _lowestStock.AddOrUpdate(sku, available, (_, lowest) => Math.Min(lowest, available));
            }

            await TestedCloud.PauseAsync(asked, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int?> ReadStockAsync(string sku, CancellationToken cancellationToken)
    {
        try
        {
            return await cloud.Orders.StockAsync(sku, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Repeats the request of each accepted order; the response must contain the same order.</summary>
    private async Task AskAgainAsync(Clients clients, CancellationToken cancellationToken)
    {
        var accepted = clients.History.Where(attempt => attempt is { IsAccepted: true, Request: not null }).Select(attempt => attempt.Request!).Distinct().ToList();
        await Parallel.ForEachAsync(accepted, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (request, token) => await clients.AskAgainAsync(request, token));
    }

    private Dictionary<string, GatewayEntry> Gateway() => cloud.World.Gateway.Books
        .Where(entry => entry.Key.StartsWith(scenario.CustomerId + "-", StringComparison.Ordinal))
        .ToDictionary(StringComparer.Ordinal);

    private string? Mentioned(string complaint) => scenario.Steps.Select(step => step.Request.OrderId).FirstOrDefault(orderId => complaint.Contains(orderId + " ", StringComparison.Ordinal));
}
