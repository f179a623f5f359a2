using System.Text.Json;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>The records in a dead-letter message.</summary>
/// <param name="SequenceNumbers">The sequence number of each record.</param>
/// <param name="OrderIds">The order id of each record.</param>
internal sealed record ParkedBatch(IReadOnlyList<string> SequenceNumbers, IReadOnlyList<string> OrderIds)
{
    /// <summary>
    /// Reads the records of a function's event. If the event can't be read, which may be the reason why the batch was
    /// parked, the result contains no records.
    /// </summary>
    public static ParkedBatch Read(string payload)
    {
        try
        {
            using var batch = JsonDocument.Parse(payload);
            var changes = batch.RootElement.GetProperty("Records").EnumerateArray().Select(record => record.GetProperty("dynamodb")).ToList();
            return new ParkedBatch(
                changes.ConvertAll(change => change.GetProperty("SequenceNumber").GetString()!),
                changes.ConvertAll(change => change.GetProperty("Keys").GetProperty("orderId").GetProperty("S").GetString()!));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new ParkedBatch([], []);
        }
    }
}
