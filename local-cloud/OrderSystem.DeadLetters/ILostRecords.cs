using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary>Finds records that their stream no longer has, for example in the table.</summary>
public interface ILostRecords
{
    /// <summary>Returns the records of a range, in the form that the function receives.</summary>
    /// <exception cref="AwsErrorException">AWS refused a call.</exception>
    Task<IReadOnlyList<JsonObject>> FindAsync(RecordRange range, CancellationToken cancellationToken);
}
