namespace OrderSystem.EventSources;

/// <summary>Reads a source and hands what it holds to a function, for as long as it runs.</summary>
public interface IEventSource
{
    /// <summary>Runs until it is stopped.</summary>
    /// <param name="stopping">Ends it between two batches; what is under way is finished and remembered.</param>
    /// <param name="aborting">Ends it at once; what is under way is repeated by the next run.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborting);
}
