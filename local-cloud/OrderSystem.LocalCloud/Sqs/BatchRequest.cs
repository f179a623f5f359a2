using System.Buffers;
using System.Text.Json;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// Runs the batch variants of SQS operations. A batch has up to ten entries, which succeed or fail independently.
/// </summary>
internal static class BatchRequest
{
    /// <summary>Runs an operation for each entry of a batch, and writes the lists of successful and failed entries.</summary>
    public static async Task RunAsync(SqsRequest body, Utf8JsonWriter response, Func<SqsRequest, Utf8JsonWriter, Task> operation)
    {
        var entries = body.Entries();
        if (entries.Count == 0)
            throw Refused("EmptyBatchRequest", "There should be at least one entry in the request.");
        if (entries.Count > 10)
            throw Refused("TooManyEntriesInBatchRequest", $"Maximum number of entries per request are 10. You have sent {entries.Count}.");
        if (entries.DistinctBy(entry => entry.Required("Id")).Count() < entries.Count)
            throw Refused("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");

        var failed = new List<(string Id, AwsServiceException Error)>();
        response.WriteStartArray("Successful");
        foreach (var entry in entries)
        {
            var id = entry.Required("Id");
            try
            {
                response.WriteRawValue((await RunAsync(id, entry, operation)).WrittenSpan);
            }
            catch (AwsServiceException error)
            {
                failed.Add((id, error));
            }
        }

        response.WriteEndArray();
        response.WriteStartArray("Failed");
        foreach (var (id, error) in failed)
        {
            response.WriteStartObject();
            response.WriteString("Id", id);
            response.WriteBoolean("SenderFault", true);
            response.WriteString("Code", error.Code);
            response.WriteString("Message", error.Message);
            response.WriteEndObject();
        }

        response.WriteEndArray();
    }

    private static async Task<ArrayBufferWriter<byte>> RunAsync(string id, SqsRequest entry, Func<SqsRequest, Utf8JsonWriter, Task> operation)
    {
        var answer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(answer);
        writer.WriteStartObject();
        writer.WriteString("Id", id);
        await operation(entry, writer);
        writer.WriteEndObject();
        await writer.FlushAsync();
        return answer;
    }

    private static AwsServiceException Refused(string code, string message) => new(code, message) { QueryCode = $"AWS.SimpleQueueService.{code}" };
}
