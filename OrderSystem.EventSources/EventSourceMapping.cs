using Microsoft.Extensions.Logging;

namespace OrderSystem.EventSources;

/// <summary>One mapping: runs its source while it is enabled, and tells how it is doing. Lambda API Reference: "EventSourceMappingConfiguration".</summary>
public sealed class EventSourceMapping : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly Func<EventSourceMapping, IEventSource> _createSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private CancellationTokenSource? _stopping;
    private CancellationTokenSource? _aborting;
    private Task _run = Task.CompletedTask;

    /// <param name="id">The mapping's UUID.</param>
    /// <param name="configuration">How it reads.</param>
    /// <param name="createSource">Makes its source anew whenever it starts, as configured by then.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes what happens.</param>
    public EventSourceMapping(
        string id, EventSourceMappingConfiguration configuration, Func<EventSourceMapping, IEventSource> createSource, TimeProvider time, ILogger logger)
    {
        (Id, Configuration, _createSource, _time, _logger) = (id, configuration, createSource, time, logger);
        LastModified = time.GetUtcNow();
    }

    /// <summary>The mapping's UUID.</summary>
    public string Id { get; }

    /// <summary>How it reads.</summary>
    public EventSourceMappingConfiguration Configuration { get; private set; }

    /// <summary><c>Creating</c>, <c>Enabled</c>, <c>Disabling</c>, <c>Disabled</c>, <c>Updating</c> or <c>Deleting</c>.</summary>
    public string State { get; private set; } = "Creating";

    /// <summary>What the latest invocation came to.</summary>
    public string LastProcessingResult { get; private set; } = "No records processed";

    /// <summary>Why its source can't be read now; null while it can.</summary>
    public string? ReadingProblem { get; private set; }

    /// <summary>When it was made or updated last.</summary>
    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Takes the result of an invocation.</summary>
    public void Report(string result) => LastProcessingResult = result;

    /// <summary>Takes whether the source can be read: the problem, or null.</summary>
    public void ReportReading(string? problem) => ReadingProblem = problem;

    /// <summary>Begins to run.</summary>
    public void Start()
    {
        (_stopping, _aborting) = (new CancellationTokenSource(), new CancellationTokenSource());
        _run = RunAsync(_stopping.Token, _aborting.Token);
        State = "Enabled";
    }

    /// <summary>Ends between two batches; what is under way is finished first, unless the token gives that up.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping is null)
        {
            State = "Disabled";
            return;
        }

        State = "Disabling";
        _stopping.Cancel();
        using (cancellationToken.Register(_aborting!.Cancel))
            await _run;
        _stopping.Dispose();
        _aborting.Dispose();
        _stopping = null;
        State = "Disabled";
    }

    /// <summary>Goes on under another configuration, from where it was.</summary>
    /// <param name="configuration">How to read from now on.</param>
    /// <param name="enabled">Whether to run.</param>
    /// <param name="cancellationToken">Gives up waiting for what is under way.</param>
    public async Task UpdateAsync(EventSourceMappingConfiguration configuration, bool enabled, CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        State = "Updating";
        Configuration = configuration;
        LastModified = _time.GetUtcNow();
        if (enabled)
            Start();
        else
            State = "Disabled";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _aborting?.Cancel();
        await StopAsync(CancellationToken.None);
    }

    // No fault of a source may end the hop for good: it starts again from its checkpoints.
    private async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _createSource(this).RunAsync(stopping, aborting);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _logger.MappingFailed(error, Id, RestartDelay);
                Report("PROBLEM: " + error.Message);
                ReportReading(error.Message);
                await Task.Delay(RestartDelay, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }
}
