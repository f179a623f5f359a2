using System.Diagnostics;

namespace OrderSystem.Core.Workflow;

/// <summary>A record from the stream of orders, in a form that does not depend on the host that received it.</summary>
/// <param name="SequenceNumber">The record's position in the stream, by which a partial batch response refers to the record.</param>
/// <param name="EventName"><c>INSERT</c>, <c>MODIFY</c> or <c>REMOVE</c>.</param>
/// <param name="OrderId">The order's id; empty if the record contains no order id.</param>
/// <param name="TraceParent">The W3C <c>traceparent</c> stored with the order.</param>
/// <param name="TraceState">The W3C <c>tracestate</c> stored with the order.</param>
public sealed record OrderRecord(string SequenceNumber, string EventName, string OrderId, string? TraceParent, string? TraceState)
{
    /// <summary>The event's id, which is the same for every delivery of the record.</summary>
    public string? EventId { get; init; }

    /// <summary>Whether the store itself made the change, such as the deletion of an expired item.</summary>
    public bool IsByService { get; init; }

    /// <summary>Whether the record is about a newly placed order.</summary>
    internal bool IsNewOrder => EventName == "INSERT" && !IsByService;

    /// <summary>The trace context of the request that placed the order; <c>default</c> if none is stored.</summary>
    internal ActivityContext Creation => ActivityContext.TryParse(TraceParent, TraceState, isRemote: true, out var context) ? context : default;
}

/// <summary>The result of processing a batch of records.</summary>
/// <param name="Failed">The sequence numbers of the records that failed, in the batch's order.</param>
/// <param name="Outage">
/// The exception of one of the records that failed because the store could not be reached; null if no record failed for
/// that reason. An outage of the store is caused neither by the record nor by the function.
/// </param>
public sealed record BatchResult(IReadOnlyList<string> Failed, Orders.StoreUnavailableException? Outage);
