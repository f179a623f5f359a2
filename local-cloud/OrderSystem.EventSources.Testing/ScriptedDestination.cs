using System.Text.Json.Nodes;
using OrderSystem.EventSources.Failures;

namespace OrderSystem.EventSources.Testing;

/// <summary>An on-failure destination that stores the metadata records it receives.</summary>
public sealed class ScriptedDestination : IOnFailureDestination
{
    private readonly Queue<Exception> _faults = new();

    /// <summary>The received metadata records.</summary>
    public IList<JsonNode> Records { get; } = [];

    /// <summary>The first sequence number, the last sequence number and the record count of each discarded batch.</summary>
    public IEnumerable<(string First, string Last, int Count)> Ranges => Records.Select(record => record["DDBStreamBatchInfo"]!)
        .Select(info => ((string)info["startSequenceNumber"]!, (string)info["endSequenceNumber"]!, (int)info["batchSize"]!));

    /// <summary>Why each batch was discarded.</summary>
    public IEnumerable<string> Conditions => Records.Select(record => (string)record["requestContext"]!["condition"]!);

    /// <inheritdoc/>
    public bool TakesPayload { get; set; }

    /// <summary>Makes the next send throw the given exception.</summary>
    public void FailNext(Exception fault) => _faults.Enqueue(fault);

    /// <inheritdoc/>
    public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        if (_faults.TryDequeue(out var fault))
            throw fault;
        Records.Add(JsonNode.Parse(record.Span)!);
        return Task.CompletedTask;
    }
}
