using System.Diagnostics;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>
/// One run of a state machine. It is driven by its history: every step is recorded before its effect, and an execution
/// made with a recorded history goes on where that one ended.
/// </summary>
public sealed class Execution : IDisposable
{
    /// <summary>The largest payload, in bytes of UTF-8.</summary>
    public const int MaxPayloadSize = 262_144;

    /// <summary>The most that variables hold together, in bytes of UTF-8.</summary>
    public const int MaxVariablesSize = 10 * 1024 * 1024;

    private readonly IExecutionJournal? _journal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _append = new();
    private readonly int _seed;
    private int _eventCount;
    private bool _sealed;
    private ExecutionResult? _abortion;
    private Replay? _replay;

    /// <summary>Prepares an execution.</summary>
    /// <param name="machine">What to run.</param>
    /// <param name="context">What the context object tells of it.</param>
    /// <param name="input">Its input.</param>
    /// <param name="environment">What it shares with others.</param>
    /// <param name="journal">Where its history goes; null keeps none.</param>
    /// <param name="recorded">The history so far, where the execution is resumed.</param>
    public Execution(StateMachine machine, ExecutionContextObject context, JsonValue input, ExecutionEnvironment environment, IExecutionJournal? journal = null, IReadOnlyList<HistoryEvent>? recorded = null)
    {
        Machine = machine;
        Context = context;
        Input = input;
        Environment = environment;
        _journal = journal;
        _seed = StableHash(context.ExecutionArn);
        if (recorded is { Count: > 0 })
        {
            _replay = new Replay(ResumableHistory.Of(recorded));
            _eventCount = recorded[^1].Id;
        }
    }

    /// <summary>What runs.</summary>
    public StateMachine Machine { get; }

    /// <summary>Its input.</summary>
    public JsonValue Input { get; }

    /// <summary>The role in the first event.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The alias and version that were started, in the first event.</summary>
    public (string? AliasArn, string? VersionArn) StartedAs { get; init; }

    /// <summary>The span that the execution's span continues.</summary>
    public ActivityContext ParentSpan { get; init; }

    /// <summary>What broke the execution, where it ended for a fault in what runs it and not for one of its own; null otherwise.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Watches the one state that is tested; null in an execution.</summary>
    internal Testing.StateInspection? Inspection { get; init; }

    internal ExecutionContextObject Context { get; }

    internal ExecutionEnvironment Environment { get; }

    internal TimeProvider Clock => Environment.Clock;

    /// <summary>Whether what stops the execution lets it go on later.</summary>
    internal bool IsSuspended { get; private set; }

    internal ActivityContext Span { get; private set; }

    internal Replay? Replay => _replay is { Finished.IsCompleted: true } ? _replay = null : _replay;

    /// <summary>Runs to the end.</summary>
    /// <param name="cancellationToken">Suspends the execution: nothing more is recorded, and it can be resumed from its history.</param>
    /// <exception cref="OperationCanceledException">It was suspended.</exception>
    /// <exception cref="HistoryUnavailableException">It stopped, and can be resumed.</exception>
    public async Task<ExecutionResult> RunAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static execution => ((Execution)execution!).Suspend(), this);
        using var span = ExecutionSpan.Start(this);
        Span = span.Context;
        var root = new Branch(this, default, parent: null);
        ExecutionResult result;
        try
        {
            result = await RunAsync(root);
        }
        catch (OperationCanceledException) when (_abortion is not null)
        {
            root.LastEventId = 0;
            result = _abortion.Status == ExecutionStatus.Aborted
                ? Close(root, HistoryEventType.ExecutionAborted, new FailureDetails(_abortion.Error, _abortion.Cause), _abortion)
                : Close(root, HistoryEventType.ExecutionTimedOut, new FailureDetails(null, null), _abortion);
        }

        await FlushAsync(CancellationToken.None);
        span.End(result);
        return result;
    }

    /// <summary>Stops the execution for good; it ends as aborted.</summary>
    public void Abort(string? error, string? cause) => End(new ExecutionResult(ExecutionStatus.Aborted, null, error, cause));

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    internal Random CreateRandom(int eventId) => new(unchecked((_seed * 397) ^ eventId));

    internal HistoryEvent Append(Branch branch, HistoryEventType type, EventDetails? details)
    {
        lock (_append)
        {
            // A faked clock may fire timers when it is read, and what they wake may record events of its own.
            var now = Clock.GetUtcNow();
            if (_sealed)
                throw new OperationCanceledException();
            // The last event has its place within the limit.
            if (Environment.MaxEvents > 0 && _eventCount >= Environment.MaxEvents - 1)
                throw StatesErrorException.Runtime($"The execution reached the maximum number of history events ({Environment.MaxEvents}).");
            return Add(branch, type, now, details);
        }
    }

    internal ValueTask FlushAsync(CancellationToken cancellationToken) => _journal?.FlushAsync(cancellationToken) ?? ValueTask.CompletedTask;

    private async ValueTask<ExecutionResult> RunAsync(Branch root)
    {
        try
        {
            var started = await root.RecordAsync(HistoryEventType.ExecutionStarted, new ExecutionStartedDetails(Input, RoleArn, StartedAs.AliasArn, StartedAs.VersionArn), _stop.Token);
            root.LastEventId = 0;
            using var timeout = StartTimeout(started.Timestamp);
            var output = await root.RunAsync(Machine.Graph, Input, _stop.Token);
            return Close(root, HistoryEventType.ExecutionSucceeded, new OutputDetails(output), new ExecutionResult(ExecutionStatus.Succeeded, output, null, null));
        }
        catch (StatesErrorException exception)
        {
            return Fail(root, exception.Error, exception.Cause);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or HistoryUnavailableException))
        {
            Fault = exception;
            return Fail(root, StatesErrors.Runtime, exception.Message);
        }
    }

    private ExecutionResult Fail(Branch root, string? error, string? cause) =>
        Close(root, HistoryEventType.ExecutionFailed, new FailureDetails(error, cause), new ExecutionResult(ExecutionStatus.Failed, null, error, cause));

    private ExecutionResult Close(Branch root, HistoryEventType type, EventDetails details, ExecutionResult result)
    {
        lock (_append)
        {
            var now = Clock.GetUtcNow();
            // What was aborted or suspended in the meantime ends as that, or not now.
            if (_sealed && !ReferenceEquals(result, _abortion))
                throw new OperationCanceledException();
            _sealed = true;
            Add(root, type, now, details);
            return result;
        }
    }

    private HistoryEvent Add(Branch branch, HistoryEventType type, DateTimeOffset now, EventDetails? details)
    {
        var historyEvent = new HistoryEvent(++_eventCount, branch.LastEventId, type, now, branch.Key, details);
        _journal?.Append(historyEvent);
        return historyEvent;
    }

    private static int StableHash(string text)
    {
        var hash = 17;
        foreach (var c in text)
            hash = unchecked((hash * 31) + c);
        return hash;
    }

    private ITimer? StartTimeout(DateTimeOffset started)
    {
        // A timer takes at most 49 days.
        var longest = Machine.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 4_000_000)) : TimeSpan.MaxValue;
        if (Environment.MaxDuration < longest)
            longest = Environment.MaxDuration.Value;
        if (longest == TimeSpan.MaxValue)
            return null;
        var left = started + longest - Clock.GetUtcNow();
        return Clock.CreateTimer(
            static execution => ((Execution)execution!).End(new ExecutionResult(ExecutionStatus.TimedOut, null, null, null)),
            this,
            left > TimeSpan.Zero ? left : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }

    private void End(ExecutionResult abortion)
    {
        lock (_append)
        {
            if (_sealed)
                return;
            _sealed = true;
            _abortion = abortion;
        }

        _stop.Cancel();
    }

    private void Suspend()
    {
        lock (_append)
        {
            IsSuspended = !_sealed;
            _sealed = true;
        }

        _stop.Cancel();
    }
}
