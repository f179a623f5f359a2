namespace OrderSystem.EventSources;

/// <summary>Reads a source and delivers its records to a function while it runs.</summary>
public interface IEventSource
{
    /// <summary>
    /// Stores the starting position of a new mapping. Every record written after the task completes is delivered, so
    /// the mapping is not <see cref="EventSourceMappingState.Enabled"/> before.
    /// </summary>
    /// <param name="stopping">Gives up; the next run begins again.</param>
    Task BeginAsync(CancellationToken stopping) => Task.CompletedTask;

    /// <summary>Runs until a token is cancelled.</summary>
    /// <param name="stopping">Stops after the batch in progress, which is completed and checkpointed.</param>
    /// <param name="aborting">Stops at once; the next run repeats the batch in progress.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborting);
}
