namespace OrderSystem.EventSources.Failures;

/// <summary>Takes the record of a batch that was given up.</summary>
public interface IOnFailureDestination
{
    /// <summary>Sends one record; when this returns the destination has it. An exception makes the mapping send it again.</summary>
    Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken);
}
