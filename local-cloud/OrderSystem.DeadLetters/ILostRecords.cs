using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary>Finds records that their stream no longer has, such as in the table that they are of.</summary>
public interface ILostRecords
{
    /// <summary>The records of a range, as the function receives them.</summary>
    /// <exception cref="AwsErrorException">AWS refused a call.</exception>
    Task<IReadOnlyList<JsonObject>> FindAsync(RecordRange range, CancellationToken cancellationToken);
}
