using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Inventory;
using OrderSystem.Embedded.Executions;
using OrderSystem.Embedded.Mappings;
using OrderSystem.Embedded.Stack;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources;

namespace OrderSystem.Embedded;

/// <summary>
/// Runs the embedded cloud. At startup, resumes the executions that the previous process left unfinished, and processes the
/// changes that are still in the change log. At shutdown, suspends the running executions.
/// </summary>
internal sealed class EmbeddedCloud(
    EmbeddedDatabase database, WorkflowEngine engine, ChangeFeed feed, EmbeddedStack stack, IInventory inventory, EmbeddedOptions options,
        TimeProvider time, ILogger<EmbeddedCloud> logger) : IHostedService, IEmbeddedHealth, IDisposable
{
    /// <summary>
    /// A change that has waited longer than this counts as stuck. An execution counts as stuck if it makes no progress for
    /// this time plus the longest function timeout.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AdoptionInterval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _adopting = Task.CompletedTask;

    private TimeSpan StuckAfter => LongestWait + stack.LongestTimeout;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Opened(logger, database.Path);
        await InsistAsync(async () =>
        {
            await CatalogueSeed.PlantAsync(options.CataloguePath, database, inventory, cancellationToken);
            await engine.ResumeAsync(cancellationToken);
        }, cancellationToken);
        await feed.StartAsync(cancellationToken);
        _adopting = AdoptAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StopPatience);
        await _stopping.CancelAsync();
        await feed.StopAsync(patience.Token);
        await _adopting.WaitAsync(StopPatience, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await engine.StopAsync(StopPatience) is > 0 and var left)
            Log.ExecutionsLeft(logger, left, StopPatience.TotalSeconds);
    }

    public void Dispose() => _stopping.Dispose();

    public async Task<string?> StoreComplaintAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Do not wait for a hung write longer than the caller's token allows.
            await database.ProbeAsync(cancellationToken).WaitAsync(cancellationToken);
            return null;
        }
        catch (Core.Orders.StoreUnavailableException e)
        {
            return e.Message;
        }
    }

    public string? MappingComplaint()
    {
        if (feed.Mappings.FirstOrDefault(mapping => mapping.State != EventSourceMappingState.Enabled) is { } stopped)
            return $"The event source mapping {stopped.Id} is {stopped.State}.";
        if (feed.Mappings.FirstOrDefault(mapping => mapping.Problem is not null) is { } stuck)
            return $"The event source mapping {stuck.Id} is stuck: {stuck.Problem}.";
        return feed.OldestChange() is { } oldest && time.GetUtcNow() - oldest is var age && age > LongestWait
            ? $"A change has waited {age.TotalSeconds:0} s for the stream function; the mapping's last result: {string.Join("; ", feed.Mappings.Select(mapping => mapping.LastProcessingResult))}."
            : null;
    }

    public string? EngineComplaint() => (engine.Waiting, engine.Stuck(StuckAfter)) switch
    {
        ( > 0 and var waiting, _) => $"{waiting} executions can't write their history.",
        (_, > 0 and var stuck) => $"{stuck} executions have made no progress for {StuckAfter.TotalSeconds:0} s.",
        _ => null,
    };

    // Retry for up to StartPatience, because another program may hold the database file's lock.
    private async Task InsistAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Core.Orders.StoreUnavailableException e) when (time.GetElapsedTime(began) < StartPatience)
            {
                Log.StartDelayed(logger, e.Message);
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    /// <summary>Periodically checks for changes whose signal was missed, and resumes unfinished executions that are not running.</summary>
    private async Task AdoptAsync()
    {
        using var timer = new PeriodicTimer(AdoptionInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                await TryAdoptAsync();
        }
        catch (OperationCanceledException)
        {
            // The process is stopping.
        }
    }

    private async Task TryAdoptAsync()
    {
        try
        {
            feed.Signal();
            await engine.AdoptAsync(_stopping.Token);
        }
        catch (Core.Orders.StoreUnavailableException e)
        {
            Log.AdoptionFailed(logger, e.Message);
        }
    }
}
