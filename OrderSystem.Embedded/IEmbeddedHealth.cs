namespace OrderSystem.Embedded;

/// <summary>Reports the health of the embedded cloud's parts.</summary>
public interface IEmbeddedHealth
{
    /// <summary>Tests that writes reach the disk. Returns why the test failed; null if it succeeded.</summary>
    Task<string?> StoreComplaintAsync(CancellationToken cancellationToken);

    /// <summary>Returns why changes don't reach the stream function; null if they do.</summary>
    string? MappingComplaint();

    /// <summary>Returns why executions make no progress; null if they do.</summary>
    string? EngineComplaint();
}
