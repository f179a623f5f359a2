using System.Diagnostics.Metrics;

namespace OrderSystem.EventSources;

internal static class Telemetry
{
    private static readonly Meter Meter = new("OrderSystem.EventSources");

    public static readonly Histogram<double> IteratorAge = Meter.CreateHistogram<double>(
        "aws.lambda.iterator_age", "ms", "Age of the last record of a batch when the function was done with it");

    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "aws.lambda.event_source_mapping.batch_size", "{record}", "Records handed to the function at once");

    public static readonly Counter<long> BatchFailures = Meter.CreateCounter<long>(
        "aws.lambda.event_source_mapping.batch_failures", "{invocation}", "Invocations that failed for the whole batch or a part of it");

    public static readonly Counter<long> Discarded = Meter.CreateCounter<long>(
        "aws.lambda.event_source_mapping.discarded", "{record}", "Records given up, by condition");

    public static readonly Counter<long> Filtered = Meter.CreateCounter<long>(
        "aws.lambda.event_source_mapping.filtered", "{record}", "Records that no filter let through");

    public static KeyValuePair<string, object?> Mapping(string id) => new("aws.lambda.event_source_mapping.id", id);
}
