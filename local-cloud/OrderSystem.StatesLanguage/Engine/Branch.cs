using System.Diagnostics;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.States;

namespace OrderSystem.StatesLanguage.Engine;

/// <summary>
/// A sequence of states that run one after another: the top level of an execution, a branch of a Parallel state, or an iteration
/// of a Map state.
/// </summary>
internal sealed class Branch(Execution execution, BranchKey key, Branch? parent)
{
    /// <summary>The number of states after which a branch yields the thread to other work.</summary>
    private const int StatesPerTurn = 512;

    private readonly Queue<HistoryEvent>? _recorded = execution.Replay?.Take(key);

    public Execution Execution => execution;

    public BranchKey Key => key;

    public Branch? Parent => parent;

    public Variables Variables { get; init; } = new(parent?.Variables);

    /// <summary>The item of the enclosing Map state as shown in the context object; null outside a Map.</summary>
    public StatesObject? MapItem { get; init; } = parent?.MapItem;

    /// <summary>The context of the parent span for the spans of this branch's states.</summary>
    public ActivityContext Span { get; init; } = execution.Span;

    /// <summary>The id of the branch's last event, which becomes the <c>previousEventId</c> of the next event.</summary>
    public int LastEventId { get; set; } = parent?.LastEventId ?? 0;

    /// <summary>
    /// The time of the branch's last event. Expressions use this timestamp as the current time, so that they yield the same
    /// values after a resume.
    /// </summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The next recorded event that this branch replays; null if no recorded events are left.</summary>
    public HistoryEvent? NextRecorded => _recorded is { Count: > 0 } ? _recorded.Peek() : null;

    /// <summary>The state that the branch has entered but not yet exited; null if the branch is between states.</summary>
    public State? OpenState { get; set; }

    /// <summary>The inner branches of <see cref="OpenState"/>; null if no inner branches are running.</summary>
    public BranchGroup? OpenGroup { get; set; }

    /// <summary>Whether the map run of <see cref="OpenState"/> is still running.</summary>
    public bool HasOpenMapRun { get; set; }

    /// <summary>
    /// Appends an event or, while a resumed execution replays its history, consumes the next recorded event instead.
    /// </summary>
    public ValueTask<HistoryEvent> RecordAsync(HistoryEventType type, EventDetails? details, CancellationToken cancellationToken)
    {
        if (execution.Replay is not null)
            return ReplayAsync(type, details, cancellationToken);
        return new(Append(type, details));
    }

    /// <summary>Records an event as <see cref="RecordAsync"/> does, but without advancing <see cref="LastEventId"/>.</summary>
    public async ValueTask<HistoryEvent> RecordAsideAsync(HistoryEventType type, EventDetails? details, CancellationToken cancellationToken)
    {
        var last = LastEventId;
        var recorded = await RecordAsync(type, details, cancellationToken);
        LastEventId = last;
        return recorded;
    }

    /// <summary>Appends a new event. Call this method only after <see cref="CaughtUpAsync"/> has completed.</summary>
    public HistoryEvent Append(HistoryEventType type, EventDetails? details) => Appended(execution.Append(this, type, details));

    /// <summary>
    /// Waits until a resumed execution has replayed its whole history. Await this method before recording a new event, or before
    /// an effect outside the execution such as a service call.
    /// </summary>
    public ValueTask CaughtUpAsync(CancellationToken cancellationToken) =>
        NextRecorded is null && execution.Replay is { } replay ? new(replay.Finished.WaitAsync(cancellationToken)) : ValueTask.CompletedTask;

    /// <summary>
    /// Throws if cancellation was requested, unless recorded events are left to replay, because such events happened before
    /// the cancellation.
    /// </summary>
    public void ThrowIfStopped(CancellationToken cancellationToken)
    {
        if (NextRecorded is null)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Makes this branch's next event follow the last event of an inner branch that has ended, if the inner branch's event
    /// is later than this branch's own last event.
    /// </summary>
    public void Follow(Branch inner)
    {
        lock (this)
        {
            if (inner.LastEventId > LastEventId)
                (LastEventId, Now) = (inner.LastEventId, inner.Now);
        }
    }

    /// <summary>Runs the states of a graph from its start state to a terminal state, and returns the output.</summary>
    public async ValueTask<StatesValue> RunAsync(StateGraph graph, StatesValue input, CancellationToken cancellationToken)
    {
        var state = graph.Start;
        for (var turn = 1; ; turn++)
        {
            ThrowIfStopped(cancellationToken);
            if (turn % StatesPerTurn == 0)
                await Task.Yield();
            var outcome = await VisitAsync(state, input, cancellationToken);
            input = outcome.Output;
            if (outcome.Next is null)
                return input;
            state = outcome.Next;
        }
    }

    private async ValueTask<StateOutcome> VisitAsync(State state, StatesValue input, CancellationToken cancellationToken)
    {
        var entered = await RecordAsync(state.EnteredEvent, new StateEnteredDetails(state.Name, input), cancellationToken);
        var scope = new StateScope(this, state, input, entered.Id, entered.Timestamp) { PrecedingEventId = entered.PreviousId };
        OpenState = state;
        using var span = StateSpan.Start(scope);
        try
        {
            var outcome = await state.RunAsync(scope, cancellationToken);
            if (state.ExitedEvent is { } exited)
                await RecordAsync(exited, new StateExitedDetails(state.Name, outcome.Output, outcome.Assigned), cancellationToken);
            OpenState = null;
            if (outcome.Assigned is { } assigned)
                Variables.Assign(assigned);
            return outcome;
        }
        catch (StatesErrorException exception)
        {
            await EvaluationFailure.RecordAsync(scope, exception, cancellationToken);
            exception.EventId ??= LastEventId;
            span.Fail(exception);
            throw;
        }
    }

    private async ValueTask<HistoryEvent> ReplayAsync(HistoryEventType type, EventDetails? details, CancellationToken cancellationToken)
    {
        if (_recorded is { Count: > 0 })
        {
            var recorded = _recorded.Dequeue();
            if (recorded.Type != type)
                throw StatesErrorException.Runtime($"The history does not match the definition: event {recorded.Id} is {recorded.Type}, expected {type}");
            execution.Replay?.Consumed(1);
            return Appended(recorded);
        }

        await CaughtUpAsync(cancellationToken);
        return Append(type, details);
    }

    private HistoryEvent Appended(HistoryEvent historyEvent)
    {
        LastEventId = historyEvent.Id;
        Now = historyEvent.Timestamp;
        return historyEvent;
    }
}
