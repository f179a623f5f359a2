using OrderSystem.EventSources.Failures;

namespace OrderSystem.EventSources.Streams;

/// <summary>Gives records up: tells the on-failure destination, and counts them as dealt with. Lambda Developer Guide: "Retain discarded records for a DynamoDB event source in Lambda".</summary>
/// <param name="mapping">The mapping.</param>
/// <param name="shardId">The shard.</param>
/// <param name="complete">Notes the records as dealt with.</param>
internal sealed class Discards(StreamMapping mapping, string shardId, Func<List<PendingRecord>, Task> complete)
{
    /// <summary>Gives up the records that are too old, from the first on; null where none is left.</summary>
    public async Task<BatchPart?> DiscardExpiredAsync(BatchPart part, CancellationToken stopping)
    {
        if (MaximumAge(part) is not { } maximum)
            return part;
        // Parking may take its time, in which more of them grow too old.
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

    /// <summary>Gives up a whole part.</summary>
    // Parked before it is done: a kill in between parks it twice, never nowhere.
    public async Task DiscardAsync(BatchPart part, string condition, CancellationToken stopping)
    {
        var records = part.Records.ConvertAll(pending => pending.Record);
        mapping.Logger.Discarded(mapping.Id, records.Count, shardId, records[0].SequenceNumber, records[^1].SequenceNumber, condition);
        Telemetry.Discarded.Add(records.Count, Telemetry.Mapping(mapping.Id), new KeyValuePair<string, object?>("aws.lambda.event_source_mapping.discard_condition", condition));
        if (mapping.OnFailure is { } destination)
        {
            var requestId = part.LastRequestId.Length > 0 ? part.LastRequestId : Guid.NewGuid().ToString();
            var record = DiscardedBatch.Write(
                mapping.Reader.StreamArn, shardId, records, condition, mapping.Function.Arn, requestId, part.Invocations, part.LastFunctionError, mapping.Time.GetUtcNow(), destination.TakesPayload);
            await SendAsync(destination, record, stopping);
        }

        await complete(part.Records);
    }

    // Whatever could not be handed over is tried again for as long as the stream would keep it, and no longer.
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
                mapping.Logger.DestinationFailed(error, mapping.Id, delay);
                await Task.Delay(delay, mapping.Time, stopping);
            }
        }
    }
}
