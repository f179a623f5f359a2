using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.Stack;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.Embedded.Mappings;

/// <summary>The stream function, in this process. Starts the workflow of every inserted order, and reports each failed record individually.</summary>
internal sealed class ProcessOrders(EmbeddedFunction function, StartWorkflow startWorkflow, TimeProvider time, ILogger<ProcessOrders> logger) : IFunction
{
    /// <summary>The function's <c>Handler</c> in the template.</summary>
    public const string Handler = "ProcessOrders";

    public string Arn => function.Arn;

    public async Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var requestId = Guid.NewGuid().ToString();
        try
        {
            return await function.RunAsync(async limited => new InvocationOutcome.Answered(requestId, await HandleAsync(payload, limited)), time, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            // The store is unavailable: report "not invoked", as for an unreachable Lambda service, so that no attempt is spent.
            return new InvocationOutcome.NotInvoked(requestId, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new InvocationOutcome.Failed(requestId, "Unhandled", $"{e.GetType().Name}: {e.Message}");
        }
        catch (OperationCanceledException e)
        {
            return new InvocationOutcome.NotInvoked(requestId, e.Message);
        }
    }

    private async Task<ReadOnlyMemory<byte>> HandleAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using var batch = JsonDocument.Parse(payload);
        // The batch gets its own trace. Each record's span is in its order's trace, and is linked to the batch.
        Activity.Current = null;
        using var span = Telemetry.Source.StartActivity(Handler, ActivityKind.Internal);
        var records = batch.RootElement.GetProperty("Records").EnumerateArray().Where(record => record.GetProperty("eventName").ValueEquals("INSERT")).ToList();
        span?.SetTag("messaging.batch.message_count", records.Count);
        var started = await Task.WhenAll(records.Select(record => TryStartAsync(record, span, cancellationToken)));
        return Answer(records.Where((_, i) => !started[i]));
    }

    private async Task<bool> TryStartAsync(JsonElement record, Activity? batch, CancellationToken cancellationToken)
    {
        var change = record.GetProperty("dynamodb");
        var orderId = change.GetProperty("Keys").GetProperty("orderId").GetProperty("S").GetString()!;
        var traceParent = Text(change, "traceparent");
        using var span = StartSpan(traceParent, Text(change, "tracestate"), orderId, batch);
        try
        {
            await startWorkflow.HandleAsync(new OrderInserted(orderId, traceParent), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not StoreUnavailableException)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            span?.SetTag("error.type", e.GetType().FullName);
            Log.RecordFailed(logger, e, orderId);
            return false;
        }
    }

    private static Activity? StartSpan(string? traceParent, string? traceState, string orderId, Activity? batch)
    {
        var isTraced = ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var creation);
        var span = Telemetry.Source.StartActivity(
            ActivityKind.Consumer, creation, links: batch is null || !isTraced ? null : [new ActivityLink(batch.Context)], name: "process Orders");
        span?.SetTag("messaging.system", "sqlite");
        span?.SetTag("messaging.operation.type", "process");
        span?.SetTag("messaging.operation.name", "process");
        span?.SetTag("messaging.destination.name", "Orders");
        span?.SetTag("order.id", orderId);
        return span;
    }

    private static string? Text(JsonElement change, string attribute) =>
        change.GetProperty("NewImage").TryGetProperty(attribute, out var value) ? value.GetProperty("S").GetString() : null;

    private static ReadOnlyMemory<byte> Answer(IEnumerable<JsonElement> failed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("batchItemFailures");
        foreach (var record in failed)
        {
            writer.WriteStartObject();
            writer.WriteString("itemIdentifier", record.GetProperty("dynamodb").GetProperty("SequenceNumber").GetString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
