using OrderSystem.EventSources.Failures;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Discards records: sends a metadata record to the on-failure destination, then marks the records as completed. Lambda
/// Developer Guide: "Retain discarded records for a DynamoDB event source in Lambda".
/// </summary>
/// <param name="mapping">The mapping that reads the stream.</param>
/// <param name="shardId">The id of the shard.</param>
/// <param name="complete">Marks records as completed and saves the checkpoint.</param>
internal sealed class Discards(StreamMapping mapping, string shardId, Func<List<PendingRecord>, Task> complete)
{
    /// <summary>
    /// Discards the expired records at the start of a part of a batch. Returns the remaining part; null if no records
    /// remain.
    /// </summary>
    public async Task<BatchPart?> DiscardExpiredAsync(BatchPart part, CancellationToken stopping)
    {
        if (MaximumAge(part) is not { } maximum)
            return part;
        // Check again after each discard: the on-failure destination can be slow, so more records may have expired.
        while (part.Records.Count > 0)
        {
            var oldest = mapping.Time.GetUtcNow() - maximum;
            var expired = part.Records.TakeWhile(pending => pending.Record.CreatedAt < oldest).Count();
            if (expired == 0)
                return part;
            await DiscardAsync(part with { Records = part.Records[..expired] }, DiscardCondition.RecordAgeExceeded, stopping);
            part = part with { Records = part.Records[expired..] };
        }

        return null;
    }

    /// <summary>Discards all records of a part of a batch.</summary>
    // Send the metadata record before saving the checkpoint: after a crash in between, the metadata record is sent
    // twice rather than lost.
    public async Task DiscardAsync(BatchPart part, DiscardCondition condition, CancellationToken stopping)
    {
        var records = part.Records.ConvertAll(pending => pending.Record);
        Telemetry.Discarded.Add(records.Count, Telemetry.Mapping(mapping.Id), new KeyValuePair<string, object?>("aws.lambda.event_source_mapping.discard_condition", condition.ToString()));
        if (mapping.OnFailure is { } destination)
        {
            mapping.Logger.Discarded(mapping.Id, records.Count, shardId, records[0].SequenceNumber, records[^1].SequenceNumber, condition);
            var requestId = part.LastRequestId.Length > 0 ? part.LastRequestId : Guid.NewGuid().ToString();
            var record = DiscardedBatch.Write(
                mapping.Reader.StreamArn, shardId, records, condition, mapping.Function.Arn, requestId, part.Invocations, part.LastFunctionError, mapping.Time.GetUtcNow(), destination.TakesPayload);
            await SendAsync(destination, record, stopping);
        }
        else
        {
            mapping.Logger.DiscardedForGood(mapping.Id, records.Count, shardId, records[0].SequenceNumber, records[^1].SequenceNumber, condition);
        }

        await complete(part.Records);
    }

    // After a failure, retry records at most until the stream's retention ends.
    private TimeSpan? MaximumAge(BatchPart part) =>
        part.Invocations + part.Obstacles > 0 && mapping.Reader.Retention is { } retention && !(mapping.Configuration.MaximumRecordAge < retention)
            ? retention
            : mapping.Configuration.MaximumRecordAge;

    private async Task SendAsync(IOnFailureDestination destination, ReadOnlyMemory<byte> record, CancellationToken stopping)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await destination.SendAsync(record, stopping);
                if (failures > 1)
                    mapping.ReportProblem(MappingDependency.OnFailureDestination, null);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                var delay = mapping.Backoff.After(failures);
                mapping.ReportProblem(MappingDependency.OnFailureDestination, error.Message);
                mapping.Logger.DestinationFailed(error, mapping.Id, shardId, delay);
                await Task.Delay(delay, mapping.Time, stopping);
            }
        }
    }
}
