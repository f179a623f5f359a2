namespace OrderSystem.EventSources;

/// <summary>Reads records from a stream or a queue, and delivers them to a function.</summary>
public interface IEventSource
{
    /// <summary>
    /// Stores the starting position of a new mapping. Every record that is written after the task completes is delivered.
    /// The mapping does not become <see cref="EventSourceMappingState.Enabled"/> before that.
    /// </summary>
    /// <param name="stopping">Cancels the call. The next run makes the call again.</param>
    Task BeginAsync(CancellationToken stopping) => Task.CompletedTask;

    /// <summary>Runs the source until one of the tokens is cancelled.</summary>
    /// <param name="stopping">Stops the source after the batch in progress, which is completed and checkpointed.</param>
    /// <param name="aborting">Stops the source immediately. The next run repeats the batch in progress.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborting);
}
