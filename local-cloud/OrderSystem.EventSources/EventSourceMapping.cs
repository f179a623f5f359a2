using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrderSystem.EventSources;

/// <summary>
/// An event source mapping, which runs its source while the mapping is enabled. Lambda API Reference:
/// "EventSourceMappingConfiguration".
/// </summary>
public sealed class EventSourceMapping : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly Func<EventSourceMapping, IEventSource> _createSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<MappingDependency, string> _problems = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile Run? _run;
    private EventSourceMappingState _state = EventSourceMappingState.Creating;
    private EventSourceMappingState _starting = EventSourceMappingState.Creating;
    private bool _isDeleted;

    /// <param name="id">The UUID of the mapping.</param>
    /// <param name="configuration">How the mapping reads its source.</param>
    /// <param name="createSource">Creates the source at every start and restart, with the current configuration.</param>
    /// <param name="time">The clock for delays and timestamps.</param>
    /// <param name="logger">The logger that receives the mapping's log messages.</param>
    public EventSourceMapping(
        string id, EventSourceMappingConfiguration configuration, Func<EventSourceMapping, IEventSource> createSource, TimeProvider time, ILogger logger)
    {
        (Id, Configuration, _createSource, _time, _logger) = (id, configuration, createSource, time, logger);
        LastModified = time.GetUtcNow();
    }

    /// <summary>The UUID of the mapping.</summary>
    public string Id { get; }

    /// <summary>How the mapping reads its source.</summary>
    public EventSourceMappingConfiguration Configuration { get; private set; }

    /// <summary>
    /// The state of the mapping. A mapping does not become <see cref="EventSourceMappingState.Enabled"/> until its starting
    /// position is stored.
    /// </summary>
    public EventSourceMappingState State => _state is EventSourceMappingState.Enabled && _run is { Begun.Task.IsCompleted: false } ? _starting : _state;

    /// <summary>Whether a change to the mapping is in progress, during which the Lambda API rejects other changes.</summary>
    public bool IsChanging => State is not (EventSourceMappingState.Enabled or EventSourceMappingState.Disabled);

    /// <summary>The result of the latest invocation.</summary>
    public string LastProcessingResult { get; private set; } = "No records processed";

    /// <summary>Which dependencies of the mapping are unavailable, and why; null if all are available.</summary>
    public string? Problem => _problems.IsEmpty ? null : string.Join("; ", _problems.OrderBy(problem => problem.Key).Select(problem => problem.Key switch
    {
        MappingDependency.Source => "source unavailable: ",
        MappingDependency.Checkpoints => "checkpoints cannot be stored: ",
        _ => "on-failure destination unavailable: ",
    } + problem.Value));

    /// <summary>
    /// When the current series of failed attempts to invoke the function began; null if the latest attempt invoked the
    /// function.
    /// </summary>
    public DateTimeOffset? ObstructedSince { get; private set; }

    /// <summary>When the mapping was created or last updated.</summary>
    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Records the result of an invocation.</summary>
    public void Report(string result) => (LastProcessingResult, ObstructedSince) = (result, null);

    /// <summary>Records why the function could not be invoked.</summary>
    public void ReportObstacle(string obstacle) =>
        (LastProcessingResult, ObstructedSince) = ("PROBLEM: Function call failed: " + obstacle, ObstructedSince ?? _time.GetUtcNow());

    /// <summary>
    /// Records why a dependency is unavailable; a null problem records that the dependency is available again.
    /// </summary>
    public void ReportProblem(MappingDependency dependency, string? problem)
    {
        if (problem is null)
            _problems.TryRemove(dependency, out _);
        else
            _problems[dependency] = problem;
    }

    /// <summary>
    /// Starts the mapping. The task completes when the starting position is stored, or earlier if the mapping is stopped.
    /// </summary>
    public async Task StartAsync()
    {
        await ChangeAsync(_state == EventSourceMappingState.Creating ? _state : EventSourceMappingState.Enabling, () =>
        {
            Begin();
            return Task.FromResult(EventSourceMappingState.Enabled);
        });
        await HasBegunAsync();
    }

    /// <summary>Stops the mapping after the batch in progress.</summary>
    /// <param name="cancellationToken">Aborts the batch in progress instead of waiting for it.</param>
    public Task StopAsync(CancellationToken cancellationToken) => ChangeAsync(EventSourceMappingState.Disabling, async () =>
    {
        await EndAsync(cancellationToken);
        return EventSourceMappingState.Disabled;
    });

    /// <summary>Changes the configuration. If the mapping is enabled, it then continues where it left off.</summary>
    /// <param name="configuration">The new configuration.</param>
    /// <param name="enabled">Whether the mapping runs after the change.</param>
    /// <param name="cancellationToken">Aborts the batch in progress instead of waiting for it.</param>
    public async Task UpdateAsync(EventSourceMappingConfiguration configuration, bool enabled, CancellationToken cancellationToken)
    {
        await ChangeAsync(EventSourceMappingState.Updating, async () =>
        {
            await EndAsync(cancellationToken);
            Configuration = configuration;
            LastModified = _time.GetUtcNow();
            if (enabled)
                Begin();
            return enabled ? EventSourceMappingState.Enabled : EventSourceMappingState.Disabled;
        });
        await HasBegunAsync();
    }

    /// <summary>Stops the mapping permanently. Later changes to the mapping have no effect.</summary>
    /// <param name="cancellationToken">Aborts the batch in progress instead of waiting for it.</param>
    public Task DeleteAsync(CancellationToken cancellationToken) => ChangeAsync(EventSourceMappingState.Deleting, async () =>
    {
        await EndAsync(cancellationToken);
        _isDeleted = true;
        return EventSourceMappingState.Deleting;
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    /// <summary>
    /// Runs one change at a time, because concurrent changes could leave a source running that is never stopped.
    /// </summary>
    private async Task ChangeAsync(EventSourceMappingState during, Func<Task<EventSourceMappingState>> change)
    {
        await _changing.WaitAsync();
        try
        {
            if (_isDeleted)
                return;
            _state = _starting = during;
            _state = await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Begin()
    {
        if (_run is not null)
            return;
        var (stopping, aborting, begun) = (new CancellationTokenSource(), new CancellationTokenSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _run = new Run(RunAsync(begun, stopping.Token, aborting.Token), begun, stopping, aborting);
    }

    private Task HasBegunAsync() => _run?.Begun.Task ?? Task.CompletedTask;

    private async Task EndAsync(CancellationToken giveUp)
    {
        if (_run is not { } run)
            return;
        using (run)
        {
            run.Stopping.Cancel();
            using (giveUp.Register(run.Aborting.Cancel))
                await run.Task;
        }

        _run = null;
    }

    // An unexpected error in the source must not stop the mapping permanently, so create and run the source again.
    private async Task RunAsync(TaskCompletionSource begun, CancellationToken stopping, CancellationToken aborting)
    {
        await Task.Yield();
        await using var stopped = stopping.Register(() => begun.TrySetResult());
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var source = CreateSource(begun);
                await source.BeginAsync(stopping);
                begun.TrySetResult();
                await source.RunAsync(stopping, aborting);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _logger.MappingFailed(error, Id, RestartDelay);
                Report("PROBLEM: " + error.Message);
                if (Problem is null)
                    ReportProblem(MappingDependency.Source, error.Message);
            }

            // Wait even if the source returned without an error, so that this loop does not spin.
            await Task.Delay(RestartDelay, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    // If the source can't be created, there is no starting position to wait for. The mapping then counts as enabled, and
    // LastProcessingResult shows the problem.
    private IEventSource CreateSource(TaskCompletionSource begun)
    {
        try
        {
            return _createSource(this);
        }
        catch
        {
            begun.TrySetResult();
            throw;
        }
    }

    /// <summary>One run of the mapping, from start to stop.</summary>
    /// <param name="Task">Completes when the run has stopped.</param>
    /// <param name="Begun">Completes when the starting position is stored, or earlier if the run is stopped.</param>
    /// <param name="Stopping">Stops the run after the batch in progress.</param>
    /// <param name="Aborting">Stops the run immediately, without waiting for the batch in progress.</param>
    private sealed record Run(Task Task, TaskCompletionSource Begun, CancellationTokenSource Stopping, CancellationTokenSource Aborting) : IDisposable
    {
        public void Dispose()
        {
            Stopping.Dispose();
            Aborting.Dispose();
        }
    }
}
