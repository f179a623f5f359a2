namespace OrderSystem.EventSources;

/// <summary>Reads records from a stream or a queue, and delivers them to a function.</summary>
public interface IEventSource
{
    /// <summary>
    /// Stores the starting position of a new mapping. The mapping becomes <see cref="EventSourceMappingState.Enabled"/>
    /// only after the task has completed, and every record written from then on is delivered.
    /// </summary>
    /// <param name="stopping">Cancels the call; the next run of the mapping then repeats the call.</param>
    Task BeginAsync(CancellationToken stopping) => Task.CompletedTask;

    /// <summary>Runs the source until one of the tokens is cancelled.</summary>
    /// <param name="stopping">Stops the source after the batch in progress, which is completed and checkpointed.</param>
    /// <param name="aborting">Stops the source immediately. The next run of the mapping repeats the batch in progress.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborting);
}
