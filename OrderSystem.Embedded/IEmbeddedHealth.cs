namespace OrderSystem.Embedded;

/// <summary>Whether the parts of the embedded cloud make progress.</summary>
public interface IEmbeddedHealth
{
    /// <summary>Why no write reaches the disk; null where one did.</summary>
    Task<string?> StoreComplaintAsync(CancellationToken cancellationToken);

    /// <summary>Why changes don't reach the stream function; null where they do.</summary>
    string? MappingComplaint();

    /// <summary>Why executions don't go on; null where they do.</summary>
    string? EngineComplaint();
}
