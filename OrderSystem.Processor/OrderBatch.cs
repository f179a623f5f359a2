using System.Diagnostics;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda.Streams;

namespace OrderSystem.Processor;

/// <summary>Adapts <see cref="StartWorkflows"/> to Lambda: reads the event and creates the response.</summary>
internal static class OrderBatch
{
    /// <summary>
    /// Handles a batch. A function's response can't report an outage of the store, so each record affected by an outage is
    /// reported as failed.
    /// </summary>
    public static async Task<StreamsEventResponse> HandleAsync(this StartWorkflows handler, DynamoDbEvent batch, CancellationToken cancellationToken)
    {
        var result = await handler.HandleAsync([.. batch.Records.Select(Read)], Activity.Current, cancellationToken);
        return new StreamsEventResponse([.. result.Failed.Select(sequenceNumber => new BatchItemFailure(sequenceNumber))]);
    }

    private static OrderRecord Read(DynamoDbStreamRecord record) => new(
        record.Change.SequenceNumber,
        record.EventName,
        record.Change.Keys?.GetValueOrDefault("orderId")?.S ?? Text(record, "orderId") ?? "",
        Text(record, "traceparent"),
        Text(record, "tracestate"))
    {
        EventId = record.EventId,
        IsByService = record.UserIdentity is not null,
    };

    private static string? Text(DynamoDbStreamRecord record, string attribute) => record.Change.NewImage?.GetValueOrDefault(attribute)?.S;
}
