using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.States;

/// <summary>The concurrent branches of one Parallel or Map attempt. The first failure stops the other branches.</summary>
/// <param name="scope">The state that the branches belong to.</param>
/// <param name="startedEventId">The id of the event that started the attempt.</param>
/// <param name="count">The number of branches.</param>
internal sealed class BranchGroup(StateScope scope, int startedEventId, int count)
{
    /// <summary>The branches that have started but not succeeded, by index.</summary>
    private readonly Branch?[] _open = new Branch?[count];

    /// <summary>A function that returns the Map item for a branch's index; null for a Parallel state.</summary>
    public Func<int, Json.StatesObject>? Items { get; init; }

    private Branch Parent => scope.Branch;

    /// <summary>Runs the branches until all of them have ended.</summary>
    /// <param name="maxConcurrency">The maximum number of branches that run concurrently; 0 means all.</param>
    /// <param name="run">Runs the branch with the given index.</param>
    /// <param name="cancellationToken">Stops all branches.</param>
    /// <exception cref="StatesErrorException">
    /// A branch failed; the exception comes from the first branch that failed.
    /// </exception>
    public async ValueTask RunAsync(long maxConcurrency, Func<Branch, int, CancellationToken, ValueTask> run, CancellationToken cancellationToken)
    {
        Parent.OpenGroup = this;
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = -1;
        (int Index, StatesErrorException Failure)? failed = null;
        var lanes = maxConcurrency <= 0 ? count : (int)Math.Min(maxConcurrency, count);
        var running = new List<Task>();
        for (var lane = 0; lane < lanes; lane++)
        {
            var task = RunLaneAsync();
            if (!task.IsCompletedSuccessfully)
                running.Add(task.AsTask());
        }

        await Task.WhenAll(running);
        // Drop the recorded events that were not replayed. They belong to branches that, after the resume, ended
        // earlier than in the recorded history or never started.
        scope.Execution.Replay?.Drop(startedEventId);
        Parent.ThrowIfStopped(cancellationToken);
        if (failed is { } first)
            await RecordFailureAsync(first.Index, first.Failure, cancellationToken);
        Parent.OpenGroup = null;
        if (failed is { Failure: var failure })
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);

        async ValueTask RunLaneAsync()
        {
            // If there is one lane per branch, each lane runs one branch. With fewer lanes, each lane runs one branch after
            // another until no branch is left.
            do
            {
                var index = Interlocked.Increment(ref next);
                if (index >= count || (others.IsCancellationRequested && scope.Execution.Replay?.Take(new BranchKey(startedEventId, index)) is not { Count: > 0 }))
                    return;
                try
                {
                    await RunBranchAsync(index, run, others.Token);
                }
                catch (StatesErrorException exception)
                {
                    lock (others)
                    {
                        if (failed is not { Failure: var first } || exception.EventId < first.EventId)
                            failed = (index, exception);
                    }

                    await others.CancelAsync();
                }
                catch (OperationCanceledException) when (others.IsCancellationRequested)
                {
                    return;
                }
            }
            while (lanes < count);
        }
    }

    /// <summary>Returns the events that record the end of the open branches when the state is aborted.</summary>
    public IEnumerable<(HistoryEventType Type, EventDetails? Details)> Aborted()
    {
        for (var index = 0; index < count; index++)
        {
            foreach (var stopped in Stopped(index, HistoryEventType.MapIterationAborted))
                yield return stopped;
        }
    }

    private async ValueTask RunBranchAsync(int index, Func<Branch, int, CancellationToken, ValueTask> run, CancellationToken cancellationToken)
    {
        var branch = new Branch(scope.Execution, new BranchKey(startedEventId, index), Parent) { Span = scope.Span, MapItem = Items?.Invoke(index) ?? Parent.MapItem };
        _open[index] = branch;
        try
        {
            await run(branch, index, cancellationToken);
            _open[index] = null;
        }
        finally
        {
            Parent.Follow(branch);
        }
    }

    /// <summary>
    /// Records the events that end the open branches, starting with the failed branch. Records nothing if the error is
    /// <c>States.Runtime</c>.
    /// </summary>
    private async ValueTask RecordFailureAsync(int index, StatesErrorException failure, CancellationToken cancellationToken)
    {
        Parent.LastEventId = _open[index]!.LastEventId;
        if (failure.Error == StatesErrors.Runtime)
            return;
        var events = Stopped(index, HistoryEventType.MapIterationFailed).ToList();
        _open[index] = null;
        foreach (var (type, details) in events.Concat(Aborted()))
        {
            // In a resumed execution, repeat the recorded events instead: the point at which a cancelled branch stops
            // depends on timing, so the computed events may differ.
            if (Parent.NextRecorded is { } recorded && !IsStopped(recorded.Type))
                break;
            await Parent.RecordAsideAsync(Parent.NextRecorded?.Type ?? type, details, cancellationToken);
        }

        while (Parent.NextRecorded is { } left && IsStopped(left.Type))
            await Parent.RecordAsideAsync(left.Type, null, cancellationToken);
    }

    private IEnumerable<(HistoryEventType Type, EventDetails? Details)> Stopped(int index, HistoryEventType iteration)
    {
        if (_open[index] is not { } branch)
            yield break;
        if (Items is not null)
            yield return (iteration, new MapIterationDetails(scope.State.Name, index));
        if (branch.OpenState?.AbortedEvent is not { } aborted)
            yield break;
        foreach (var inner in branch.OpenGroup?.Aborted() ?? [])
            yield return inner;
        if (branch.HasOpenMapRun)
            yield return (HistoryEventType.MapRunAborted, null);
        yield return (aborted, null);
    }

    private static bool IsStopped(HistoryEventType type) => type is HistoryEventType.MapIterationFailed or HistoryEventType.MapIterationAborted or HistoryEventType.MapRunAborted
        or HistoryEventType.TaskStateAborted or HistoryEventType.WaitStateAborted or HistoryEventType.ParallelStateAborted or HistoryEventType.MapStateAborted;
}
