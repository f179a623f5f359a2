using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources;

internal static class Telemetry
{
    private static readonly Meter Meter = new("OrderSystem.EventSources");

    // The keys of this table are weak references, so that the ShardProgress of a run that never calls Forget can still
    // be garbage-collected.
    private static readonly ConditionalWeakTable<ShardProgress, Observed> Waiting = [];

    public static readonly Histogram<double> IteratorAge = Meter.CreateHistogram<double>(
        "aws.lambda.iterator_age", "s", "Age of the last record of a batch when the batch was completed");

    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "aws.lambda.event_source_mapping.batch_size", "{record}", "Records per invocation");

    public static readonly Counter<long> BatchFailures = Meter.CreateCounter<long>(
        "aws.lambda.event_source_mapping.batch_failures", "{invocation}", "Invocations that failed for all or part of a batch");

    public static readonly Counter<long> Discarded = Meter.CreateCounter<long>(
        "aws.lambda.event_source_mapping.discarded", "{record}", "Discarded records, by condition");

    public static readonly Counter<long> Filtered = Meter.CreateCounter<long>(
        "aws.lambda.event_source_mapping.filtered", "{record}", "Records that no filter matched");

    static Telemetry() => Meter.CreateObservableGauge(
        "aws.lambda.event_source_mapping.oldest_record_age",
        () => Waiting.Select(waiting => waiting.Value.Measure(waiting.Key)).OfType<Measurement<double>>(),
        "s", "Age of the oldest unprocessed record, by shard");

    public static KeyValuePair<string, object?> Mapping(string id) => new("aws.lambda.event_source_mapping.id", id);

    /// <summary>Reports the age of a shard's oldest unprocessed record until <see cref="Forget"/> is called.</summary>
    public static void Observe(ShardProgress progress, string mappingId, string shardId, TimeProvider time) => Waiting.Add(progress, new Observed(mappingId, shardId, time));

    public static void Forget(ShardProgress progress) => Waiting.Remove(progress);

    private sealed record Observed(string MappingId, string ShardId, TimeProvider Time)
    {
        public Measurement<double>? Measure(ShardProgress progress) => progress.Oldest is { } oldest
            ? new Measurement<double>(Math.Max(0, (Time.GetUtcNow() - oldest).TotalSeconds), Mapping(MappingId), new("aws.dynamodb.shard_id", ShardId))
            : null;
    }
}
