namespace OrderSystem.EventSources.Failures;

/// <summary>Takes the record of a batch that was given up.</summary>
public interface IOnFailureDestination
{
    /// <summary>Whether the record is to carry the batch itself, in its <c>payload</c>, as it does for S3: for a stream that won't keep it.</summary>
    bool TakesPayload => false;

    /// <summary>Sends one record; when this returns the destination has it. An exception makes the mapping send it again.</summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);
}
