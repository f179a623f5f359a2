using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrderSystem.EventSources;

/// <summary>One mapping: runs its source while it is enabled, and tells how it is doing. Lambda API Reference: "EventSourceMappingConfiguration".</summary>
public sealed class EventSourceMapping : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly Func<EventSourceMapping, IEventSource> _createSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<MappingDependency, string> _problems = new();
    private readonly SemaphoreSlim _changing = new(1, 1);
    private Run? _run;
    private bool _isDeleted;

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

    /// <summary><c>Creating</c>, <c>Enabling</c>, <c>Enabled</c>, <c>Disabling</c>, <c>Disabled</c>, <c>Updating</c> or <c>Deleting</c>.</summary>
    public string State { get; private set; } = "Creating";

    /// <summary>Whether a change is under way: the Lambda API then refuses another.</summary>
    public bool IsChanging => State is not ("Enabled" or "Disabled");

    /// <summary>What the latest invocation came to.</summary>
    public string LastProcessingResult { get; private set; } = "No records processed";

    /// <summary>What it depends on and can't use now, and why; null while nothing is in its way.</summary>
    public string? Problem => _problems.IsEmpty ? null : string.Join("; ", _problems.OrderBy(problem => problem.Key).Select(problem => problem.Key switch
    {
        MappingDependency.Source => "its source can't be read: ",
        MappingDependency.Checkpoints => "its checkpoints can't be kept: ",
        _ => "its on-failure destination takes nothing: ",
    } + problem.Value));

    /// <summary>Since when its function can't be invoked at all, so that nothing goes on; null while it can.</summary>
    public DateTimeOffset? ObstructedSince { get; private set; }

    /// <summary>When it was made or updated last.</summary>
    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Takes the result of an invocation.</summary>
    public void Report(string result) => (LastProcessingResult, ObstructedSince) = (result, null);

    /// <summary>Takes what kept the function from being invoked.</summary>
    public void ReportObstacle(string obstacle) =>
        (LastProcessingResult, ObstructedSince) = ("PROBLEM: Function call failed: " + obstacle, ObstructedSince ?? _time.GetUtcNow());

    /// <summary>Takes whether something it depends on can be used: the problem, or null.</summary>
    public void ReportProblem(MappingDependency dependency, string? problem)
    {
        if (problem is null)
            _problems.TryRemove(dependency, out _);
        else
            _problems[dependency] = problem;
    }

    /// <summary>Begins to run.</summary>
    public Task StartAsync() => ChangeAsync(State == "Creating" ? State : "Enabling", () =>
    {
        Begin();
        return Task.FromResult("Enabled");
    });

    /// <summary>Ends between two batches; what is under way is finished first, unless the token gives that up.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => ChangeAsync("Disabling", async () =>
    {
        await EndAsync(cancellationToken);
        return "Disabled";
    });

    /// <summary>Goes on under another configuration, from where it was.</summary>
    /// <param name="configuration">How to read from now on.</param>
    /// <param name="enabled">Whether to run.</param>
    /// <param name="cancellationToken">Gives up waiting for what is under way.</param>
    public Task UpdateAsync(EventSourceMappingConfiguration configuration, bool enabled, CancellationToken cancellationToken) => ChangeAsync("Updating", async () =>
    {
        await EndAsync(cancellationToken);
        Configuration = configuration;
        LastModified = _time.GetUtcNow();
        if (enabled)
            Begin();
        return enabled ? "Enabled" : "Disabled";
    });

    /// <summary>Ends for good: whatever is asked of it later changes nothing.</summary>
    /// <param name="cancellationToken">Gives up waiting for what is under way.</param>
    public Task DeleteAsync(CancellationToken cancellationToken) => ChangeAsync("Deleting", async () =>
    {
        await EndAsync(cancellationToken);
        _isDeleted = true;
        return "Deleting";
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    /// <summary>One change after the other: two at once would leave a source that nobody ends.</summary>
    private async Task ChangeAsync(string during, Func<Task<string>> change)
    {
        await _changing.WaitAsync();
        try
        {
            if (_isDeleted)
                return;
            State = during;
            State = await change();
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
        var (stopping, aborting) = (new CancellationTokenSource(), new CancellationTokenSource());
        _run = new Run(RunAsync(stopping.Token, aborting.Token), stopping, aborting);
    }

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

    // No fault of a source may end the hop for good: it starts again from its checkpoints.
    private async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        await Task.Yield();
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
                if (Problem is null)
                    ReportProblem(MappingDependency.Source, error.Message);
            }

            // A source that ended by itself too: whatever made it end, it shall not spin.
            await Task.Delay(RestartDelay, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>From a start to the next stop.</summary>
    private sealed record Run(Task Task, CancellationTokenSource Stopping, CancellationTokenSource Aborting) : IDisposable
    {
        public void Dispose()
        {
            Stopping.Dispose();
            Aborting.Dispose();
        }
    }
}
