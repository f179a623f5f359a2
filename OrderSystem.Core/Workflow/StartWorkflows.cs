using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>
/// Starts the workflow of every order inserted in a batch of stream records. Different orders are handled concurrently, and
/// the records of one order are handled in sequence. Each failed record is reported individually, so that it does not fail
/// the records of other orders.
/// </summary>
/// <param name="startWorkflow">Starts the workflow of one order.</param>
/// <param name="stream">
/// The value of OpenTelemetry's attribute <c>messaging.system</c>, which identifies the kind of stream.
/// </param>
/// <param name="concurrency">The maximum number of orders of a batch that are handled at once.</param>
/// <param name="logger">Logs records that failed.</param>
public sealed class StartWorkflows(StartWorkflow startWorkflow, string stream, int concurrency, ILogger<StartWorkflows> logger)
{
    private const string Collection = "Orders";

    /// <summary>Starts the workflows of the new orders in a batch.</summary>
    /// <param name="batch">The records, in shard order.</param>
    /// <param name="span">The span of the invocation that received the batch; null if the invocation is not traced.</param>
    /// <param name="cancellationToken">
    /// Cancels the batch. Records that have not been processed when the batch is cancelled are reported as failed.
    /// </param>
    public async Task<BatchResult> HandleAsync(IReadOnlyList<OrderRecord> batch, Activity? span, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Describe(span, batch);
        var inserted = batch.Where(record => record.IsNewOrder).ToList();
        var failed = new HashSet<OrderRecord>(ReferenceEqualityComparer.Instance);
        StoreUnavailableException? outage = null;
        var unreachable = 0;
        using var slots = new SemaphoreSlim(concurrency);
        await Task.WhenAll(inserted.GroupBy(record => record.OrderId).Select(async records =>
        {
            await slots.WaitAsync(CancellationToken.None);
            try
            {
                foreach (var record in records)
                {
                    if (await TryStartAsync(record, span, cancellationToken) is not { } failure)
                        continue;
                    // Report the order's later records as failed too, so that they are retried after this record.
                    var remaining = records.SkipWhile(other => !ReferenceEquals(other, record)).ToList();
                    lock (failed)
                    {
                        failed.UnionWith(remaining);
                        if (failure is StoreUnavailableException unavailable)
                        {
                            outage ??= unavailable;
                            unreachable += remaining.Count;
                        }
                    }

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
        if (outage is not null)
            Log.StoreUnavailable(logger, outage, unreachable);
        return new BatchResult([.. batch.Where(failed.Contains).Select(record => record.SequenceNumber)], outage);
    }

    private async Task<Exception?> TryStartAsync(OrderRecord record, Activity? batch, CancellationToken cancellationToken)
    {
        using var span = StartSpan(record, batch);
        try
        {
            await startWorkflow.HandleAsync(new OrderInserted(record.OrderId, record.TraceParent), cancellationToken);
            return null;
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            span?.SetTag("error.type", e.GetType().FullName);
            if (e is not StoreUnavailableException)
                Log.RecordFailed(logger, e, record.SequenceNumber, record.OrderId);
            return e;
        }
    }

    /// <summary>
    /// Starts a record's span, which continues the trace of the request that placed the order and links to the batch's
    /// span.
    /// </summary>
    private Activity? StartSpan(OrderRecord record, Activity? batch)
    {
        var creation = record.Creation;
        return Telemetry.Source.StartActivity(
            ActivityKind.Consumer,
            creation,
            [
                new("messaging.system", stream),
                new("messaging.operation.type", "process"),
                new("messaging.operation.name", "process"),
                new("messaging.destination.name", Collection),
                new("messaging.message.id", record.EventId),
                new("order.id", record.OrderId),
            ],
            batch is null || creation == default ? null : [new ActivityLink(batch.Context)],
            name: $"process {Collection}");
    }

    private static void Describe(Activity? span, IReadOnlyList<OrderRecord> batch)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        span.SetTag("faas.document.collection", Collection);
        span.SetTag("faas.document.operation", "insert");
        span.SetTag("messaging.batch.message_count", batch.Count);
        foreach (var record in batch)
        {
            if (record.Creation is var context && context != default)
                span.AddLink(new ActivityLink(context));
        }
    }
}
