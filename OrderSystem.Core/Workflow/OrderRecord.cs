using System.Diagnostics;

namespace OrderSystem.Core.Workflow;

/// <summary>A record of the orders' stream, independent of the host that received it.</summary>
/// <param name="SequenceNumber">The position in the stream, which a partial batch response reports.</param>
/// <param name="EventName"><c>INSERT</c>, <c>MODIFY</c> or <c>REMOVE</c>.</param>
/// <param name="OrderId">The order id; empty if the record has none.</param>
/// <param name="TraceParent">The trace context stored with the order.</param>
/// <param name="TraceState">The <c>tracestate</c> of that context.</param>
public sealed record OrderRecord(string SequenceNumber, string EventName, string OrderId, string? TraceParent, string? TraceState)
{
    /// <summary>The id of the event, the same at every delivery.</summary>
    public string? EventId { get; init; }

    /// <summary>Whether the store made the change itself, as a time-to-live delete does.</summary>
    public bool IsByService { get; init; }

    /// <summary>Whether the record is a placed order.</summary>
    internal bool IsNewOrder => EventName == "INSERT" && !IsByService;

    /// <summary>The context of the request that placed the order; the default if there is none.</summary>
    internal ActivityContext Creation => ActivityContext.TryParse(TraceParent, TraceState, isRemote: true, out var context) ? context : default;
}

/// <summary>The result of a batch.</summary>
/// <param name="Failed">The sequence numbers of the records that failed, in the batch's order.</param>
/// <param name="Outage">Why the store could not be reached for a record that failed; null if it could be reached. A store that cannot be reached is the fault of neither the record nor the function.</param>
public sealed record BatchResult(IReadOnlyList<string> Failed, Orders.StoreUnavailableException? Outage);
