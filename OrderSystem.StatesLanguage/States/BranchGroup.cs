using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Branches that run at once: the first that fails stops the others.</summary>
internal static class BranchGroup
{
    /// <summary>Runs branches, at most so many at once.</summary>
    /// <param name="scope">The state they belong to.</param>
    /// <param name="startedEventId">The event that started them.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="maxConcurrency">How many run at once; 0 is all.</param>
    /// <param name="run">Runs the branch of an index.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <returns>The failure of the branch that failed first, with its index, or null.</returns>
    public static async ValueTask<(int Index, StatesErrorException Failure)?> RunAsync(StateScope scope, int startedEventId, int count, long maxConcurrency, Func<int, CancellationToken, ValueTask> run, CancellationToken cancellationToken)
    {
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
        // What a resumed execution had recorded of branches that now ended earlier, or never began, is not played.
        scope.Execution.Replay?.Drop(startedEventId);
        scope.Branch.ThrowIfStopped(cancellationToken);
        return failed;

        async ValueTask RunLaneAsync()
        {
            // With a lane for each branch a lane runs one, with fewer it goes on until none is left.
            do
            {
                var index = Interlocked.Increment(ref next);
                if (index >= count || (others.IsCancellationRequested && scope.Execution.Replay?.Take(new BranchKey(startedEventId, index)) is not { Count: > 0 }))
                    return;
                try
                {
                    await run(index, others.Token);
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
}
