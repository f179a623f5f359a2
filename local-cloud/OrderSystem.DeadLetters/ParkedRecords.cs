using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.DeadLetters;

/// <summary>
/// Reads the records of a dead-letter message from the stream. Records that the stream no longer has are looked up with
/// <paramref name="lost"/>.
/// </summary>
internal sealed class ParkedRecords(AwsClient aws, ILostRecords? lost)
{
    /// <summary>
    /// The number of consecutive empty pages after which the records are considered gone. A shard may return empty pages
    /// between its records.
    /// </summary>
    private const int EmptyPagesToTheEnd = 100;

    /// <summary>
    /// Returns those records of a dead-letter message that match the mapping's filter, in the format in which the
    /// function receives them.
    /// </summary>
    /// <exception cref="AwsErrorException">An AWS service returned an error.</exception>
    public async Task<JsonArray> ReadAsync(DeadLetter.Records letter, CancellationToken cancellationToken)
    {
        var filter = await FilterAsync(letter, cancellationToken);
        IReadOnlyList<JsonObject> records = await FromStreamAsync(letter.Range, cancellationToken) ?? (lost is null ? [] : await lost.FindAsync(letter.Range, cancellationToken));
        return new JsonArray([.. records.Where(record => filter.Matches(System.Text.Encoding.UTF8.GetBytes(record.ToJsonString())))]);
    }

    private async Task<FilterCriteria> FilterAsync(DeadLetter.Records letter, CancellationToken cancellationToken)
    {
        var mappings = await aws.MappingsAsync(letter.FunctionArn, cancellationToken);
        var mapping = mappings.FirstOrDefault(mapping => (string?)mapping!["EventSourceArn"] == letter.Range.StreamArn);
        return FilterCriteria.Parse([.. mapping?["FilterCriteria"]?["Filters"]?.AsArray().Select(filter => (string)filter!["Pattern"]!) ?? []]);
    }

    private async Task<List<JsonObject>?> FromStreamAsync(RecordRange range, CancellationToken cancellationToken)
    {
        try
        {
            var records = new List<JsonObject>();
            var iterator = (string?)(await aws.StreamsAsync("GetShardIterator", new JsonObject
            {
                ["StreamArn"] = range.StreamArn,
                ["ShardId"] = range.ShardId,
                ["ShardIteratorType"] = "AT_SEQUENCE_NUMBER",
                ["SequenceNumber"] = range.First,
            }, cancellationToken))["ShardIterator"];
            for (var empty = 0; iterator is not null && empty < EmptyPagesToTheEnd;)
            {
                var page = await aws.StreamsAsync("GetRecords", new JsonObject { ["ShardIterator"] = iterator }, cancellationToken);
                foreach (var record in page["Records"]!.AsArray().Select(record => record!.DeepClone().AsObject()))
                {
                    if (SequenceNumber.Compare(Sequence(record), range.Last) > 0)
                        return records;
                    record["eventSourceARN"] = range.StreamArn;
                    records.Add(record);
                    if (Sequence(record) == range.Last)
                        return records;
                }

                empty = page["Records"]!.AsArray().Count == 0 ? empty + 1 : 0;
                iterator = (string?)page["NextShardIterator"];
            }

            return null;
        }
        catch (AwsErrorException error) when (error.Code is "TrimmedDataAccessException" or "ResourceNotFoundException")
        {
            return null;
        }
    }

    private static string Sequence(JsonObject record) => (string)record["dynamodb"]!["SequenceNumber"]!;
}
