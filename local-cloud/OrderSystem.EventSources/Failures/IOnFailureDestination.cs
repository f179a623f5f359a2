namespace OrderSystem.EventSources.Failures;

/// <summary>Receives the metadata records of discarded batches.</summary>
public interface IOnFailureDestination
{
    /// <summary>
    /// Whether the metadata record includes the batch itself (<c>payload</c>), as it does for S3 destinations. The payload
    /// is needed if the stream does not retain discarded records.
    /// </summary>
    bool TakesPayload => false;

    /// <summary>
    /// Sends one metadata record, which is durable once the task completes. If this method throws, the mapping calls it
    /// again.
    /// </summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);
}
