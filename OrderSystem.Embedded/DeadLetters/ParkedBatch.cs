using System.Text.Json;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>The records that a message carries.</summary>
/// <param name="SequenceNumbers">The sequence number of each.</param>
/// <param name="OrderIds">The order of each.</param>
internal sealed record ParkedBatch(IReadOnlyList<string> SequenceNumbers, IReadOnlyList<string> OrderIds)
{
    /// <summary>Reads a function's event; where it can't be read, which may be why it is parked, it holds nothing.</summary>
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
