using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.Stack;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.Embedded.Mappings;

/// <summary>
/// The stream function <c>ProcessOrders</c>, which runs in this process. Adapts <see cref="StartWorkflows"/> to a
/// function's event and response.
/// </summary>
internal sealed class ProcessOrders(EmbeddedFunction function, StartWorkflow startWorkflow, TimeProvider time, ILogger<StartWorkflows> logger) : IFunction
{
    /// <summary>The function's <c>Handler</c> in the template.</summary>
    public const string Handler = "ProcessOrders";

    /// <summary>
    /// The number of orders that are handled at once. The number is high so that the database can commit the writes of many
    /// orders in one transaction.
    /// </summary>
    private const int Concurrency = 512;

    private readonly StartWorkflows _startWorkflows = new(startWorkflow, "sqlite", Concurrency, logger);

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
            // The store is unavailable: report "not invoked", so that this failure does not count as one of the mapping's attempts.
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
        // The batch gets its own trace. The span of each record is in the trace of the record's order, and is linked to the
        // span of the batch.
        Activity.Current = null;
        using var span = Telemetry.Source.StartActivity(Handler, ActivityKind.Internal);
        var result = await _startWorkflows.HandleAsync([.. batch.RootElement.GetProperty("Records").EnumerateArray().Select(Read)], span, cancellationToken);
        return result.Outage is { } outage ? throw outage : Answer(result.Failed);
    }

    private static OrderRecord Read(JsonElement record)
    {
        var change = record.GetProperty("dynamodb");
        return new OrderRecord(
            change.GetProperty("SequenceNumber").GetString()!,
            record.GetProperty("eventName").GetString()!,
            change.GetProperty("Keys").GetProperty("orderId").GetProperty("S").GetString()!,
            Text(change, "traceparent"),
            Text(change, "tracestate"))
        {
            EventId = record.TryGetProperty("eventID", out var id) ? id.GetString() : null,
            IsByService = record.TryGetProperty("userIdentity", out var identity) && identity.ValueKind != JsonValueKind.Null,
        };
    }

    private static string? Text(JsonElement change, string attribute) =>
        change.TryGetProperty("NewImage", out var image) && image.TryGetProperty(attribute, out var value) ? value.GetProperty("S").GetString() : null;

    private static ReadOnlyMemory<byte> Answer(IReadOnlyList<string> failed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("batchItemFailures");
        foreach (var sequenceNumber in failed)
        {
            writer.WriteStartObject();
            writer.WriteString("itemIdentifier", sequenceNumber);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
