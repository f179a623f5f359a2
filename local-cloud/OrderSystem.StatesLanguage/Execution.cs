using System.Diagnostics;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>
/// One run of a state machine. Every step is recorded in the history before it takes effect. An execution that is
/// created with a recorded history resumes where that history ended.
/// </summary>
public sealed class Execution : IDisposable
{
    /// <summary>The maximum size of a payload as compact JSON, in UTF-8 bytes.</summary>
    public const int MaxPayloadSize = 262_144;

    /// <summary>The maximum total size of all variables as compact JSON, in UTF-8 bytes.</summary>
    public const int MaxVariablesSize = 10 * 1024 * 1024;

    private readonly IExecutionJournal? _journal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _append = new();
    private readonly int _seed;
    private int _eventCount;
    private bool _sealed;
    private ExecutionResult? _abortion;
    private Replay? _replay;

    /// <summary>Creates an execution; <see cref="RunAsync(CancellationToken)"/> starts it.</summary>
    /// <param name="machine">The state machine to run.</param>
    /// <param name="context">The execution's data for the context object.</param>
    /// <param name="input">The input of the execution.</param>
    /// <param name="environment">The services and limits shared with other executions.</param>
    /// <param name="journal">Receives the history; null if the history is not recorded.</param>
    /// <param name="recorded">The history so far if the execution is resumed; otherwise null.</param>
    public Execution(StateMachine machine, ExecutionContextObject context, StatesValue input, ExecutionEnvironment environment,
        IExecutionJournal? journal = null, IReadOnlyList<HistoryEvent>? recorded = null)
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

    /// <summary>The state machine that the execution runs.</summary>
    public StateMachine Machine { get; }

    /// <summary>The input of the execution.</summary>
    public StatesValue Input { get; }

    /// <summary>The role ARN in the <c>ExecutionStarted</c> event.</summary>
    public string? RoleArn { get; init; }

    /// <summary>
    /// The ARNs of the alias and the version that the caller started, for the <c>ExecutionStarted</c> event.
    /// </summary>
    public (string? AliasArn, string? VersionArn) StartedAs { get; init; }

    /// <summary>The context of the parent span for the execution's span.</summary>
    public ActivityContext ParentSpan { get; init; }

    /// <summary>The unexpected interpreter exception that made this execution fail; null if there was none.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Records the data of the state under test (TestState); null in a normal execution.</summary>
    internal StateTests.StateInspection? Inspection { get; init; }

    internal ExecutionContextObject Context { get; }

    internal ExecutionEnvironment Environment { get; }

    internal TimeProvider Clock => Environment.Clock;

    /// <summary>Whether the execution was suspended rather than aborted, so that it can be resumed.</summary>
    internal bool IsSuspended { get; private set; }

    internal ActivityContext Span { get; private set; }

    internal Replay? Replay => _replay is { Finished.IsCompleted: true } ? _replay = null : _replay;

    /// <summary>Runs the execution to its end.</summary>
    /// <param name="cancellationToken">
    /// Cancelling this token suspends the execution, which then records nothing more and can be resumed.
    /// </param>
    /// <exception cref="OperationCanceledException">The execution was suspended.</exception>
    /// <exception cref="HistoryUnavailableException">The history cannot be stored at the moment. Resume the execution
    /// later.</exception>
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

    /// <summary>Stops the execution, which then ends with the status <c>ABORTED</c>.</summary>
    public void Abort(string? error, string? cause) => End(new ExecutionResult(ExecutionStatus.Aborted, null, error, cause));

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    internal Random CreateRandom(int eventId) => new(unchecked((_seed * 397) ^ eventId));

    internal HistoryEvent Append(Branch branch, HistoryEventType type, EventDetails? details)
    {
        lock (_append)
        {
            // Read the clock first: reading a fake clock may fire timers, and their callbacks may append events.
            var now = Clock.GetUtcNow();
            if (_sealed)
                throw new OperationCanceledException();
            // Reserve one event for the end of the execution.
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
            // If the execution was aborted or suspended in the meantime, that outcome takes precedence.
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
        // .NET timers accept at most 49 days, so the timeout is limited to 4,000,000 seconds (46 days).
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
