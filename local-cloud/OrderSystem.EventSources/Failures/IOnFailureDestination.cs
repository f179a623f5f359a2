namespace OrderSystem.EventSources.Failures;

/// <summary>Receives the metadata records of discarded batches.</summary>
public interface IOnFailureDestination
{
    /// <summary>
    /// Whether the metadata record includes the batch (<c>payload</c>), as for S3: for streams that do not retain it.
    /// </summary>
    bool TakesPayload => false;

    /// <summary>Sends one metadata record; it is stored when the task completes. The mapping retries after an exception.</summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);
}
