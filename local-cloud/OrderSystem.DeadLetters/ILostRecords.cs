using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary>Finds records that their stream no longer has, for example by reading the items from the table.</summary>
public interface ILostRecords
{
    /// <summary>Returns the records in a range of sequence numbers, in the format in which the function receives them.</summary>
    /// <exception cref="AwsErrorException">An AWS service returned an error.</exception>
    Task<IReadOnlyList<JsonObject>> FindAsync(RecordRange range, CancellationToken cancellationToken);
}
