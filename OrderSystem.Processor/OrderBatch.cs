using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda.Streams;

namespace OrderSystem.Processor;

/// <summary>
/// Starts the workflow of every order inserted in a batch of stream records. Orders are handled concurrently, the
/// records of one order in sequence. Each failed record is reported individually, so that it does not fail the others.
/// </summary>
internal sealed class OrderBatch(StartWorkflow startWorkflow, int concurrency, ILogger<OrderBatch> logger)
{
    /// <summary>The default number of orders of a batch that are handled at once.</summary>
    public const int DefaultConcurrency = 16;

    /// <summary>Handles a batch.</summary>
    /// <returns>The records that failed, in the batch's order.</returns>
    public async Task<StreamsEventResponse> HandleAsync(DynamoDbEvent batch, CancellationToken cancellationToken)
    {
        var span = Activity.Current;
        Describe(span, batch);
        var inserted = batch.Records.Where(record => record.EventName == "INSERT" && record.UserIdentity is null).ToList();
        var failed = new HashSet<DynamoDbStreamRecord>(ReferenceEqualityComparer.Instance);
        using var slots = new SemaphoreSlim(concurrency);
        await Task.WhenAll(inserted.GroupBy(OrderId).Select(async records =>
        {
            await slots.WaitAsync(CancellationToken.None);
            try
            {
                foreach (var record in records)
                {
                    if (await TryHandleAsync(record, span, cancellationToken))
                        continue;
                    // Later records of the same order must be retried after this one.
                    lock (failed)
                        failed.UnionWith(records.SkipWhile(other => !ReferenceEquals(other, record)));
                    break;
                }
            }
            finally
            {
                slots.Release();
            }
        }));

        Telemetry.Records.Add(inserted.Count - failed.Count, new KeyValuePair<string, object?>("outcome", "started"));
        if (failed.Count > 0)
            Telemetry.Records.Add(failed.Count, new KeyValuePair<string, object?>("outcome", "failed"));
        return new StreamsEventResponse([.. batch.Records.Where(failed.Contains).Select(record => new BatchItemFailure(record.Change.SequenceNumber))]);
    }

    private async Task<bool> TryHandleAsync(DynamoDbStreamRecord record, Activity? batch, CancellationToken cancellationToken)
    {
        var orderId = OrderId(record);
        using var span = StartSpan(record, orderId, batch);
        try
        {
            await startWorkflow.HandleAsync(new OrderInserted(orderId, Text(record, "traceparent")), cancellationToken);
            return true;
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            span?.SetTag("error.type", e.GetType().FullName);
            Log.RecordFailed(logger, e, record.Change.SequenceNumber, orderId);
            return false;
        }
    }

    /// <summary>Starts the record's span in the trace of the request that placed the order, with a link to the batch.</summary>
    private static Activity? StartSpan(DynamoDbStreamRecord record, string orderId, Activity? batch)
    {
        var creation = Creation(record);
        return Telemetry.Source.StartActivity(
            ActivityKind.Consumer,
            creation,
            [
                new("messaging.system", "aws.dynamodb_streams"),
                new("messaging.operation.type", "process"),
                new("messaging.operation.name", "process"),
                new("messaging.destination.name", "Orders"),
                new("messaging.message.id", record.EventId),
                new("order.id", orderId),
            ],
            batch is null || creation == default ? null : [new ActivityLink(batch.Context)],
            name: "process Orders");
    }

    private static void Describe(Activity? span, DynamoDbEvent batch)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        span.SetTag("faas.document.collection", "Orders");
        span.SetTag("faas.document.operation", "insert");
        span.SetTag("messaging.batch.message_count", batch.Records.Count);
        foreach (var record in batch.Records)
        {
            if (Creation(record) is var context && context != default)
                span.AddLink(new ActivityLink(context));
        }
    }

    private static ActivityContext Creation(DynamoDbStreamRecord record) =>
        ActivityContext.TryParse(Text(record, "traceparent"), Text(record, "tracestate"), isRemote: true, out var context) ? context : default;

    private static string OrderId(DynamoDbStreamRecord record) =>
        record.Change.Keys?.GetValueOrDefault("orderId")?.S ?? Text(record, "orderId") ?? "";

    private static string? Text(DynamoDbStreamRecord record, string attribute) => record.Change.NewImage?.GetValueOrDefault(attribute)?.S;
}
