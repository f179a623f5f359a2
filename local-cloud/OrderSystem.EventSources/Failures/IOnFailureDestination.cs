namespace OrderSystem.EventSources.Failures;

/// <summary>Receives the metadata records of discarded batches.</summary>
public interface IOnFailureDestination
{
    /// <summary>
    /// Whether the metadata record includes the batch itself (<c>payload</c>), as it does for S3 destinations. This is needed
    /// for streams that do not retain discarded records.
    /// </summary>
    bool TakesPayload => false;

    /// <summary>
    /// Sends one metadata record, which is stored when the task completes. After an exception, the mapping retries.
    /// </summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);
}
