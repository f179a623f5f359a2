using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Crashes.Checks;

/// <summary>What the stores of a cloud hold once nothing moves any more.</summary>
internal sealed record Snapshot
{
    /// <summary>Every order, by id.</summary>
    public required IReadOnlyDictionary<string, StoredOrder> Orders { get; init; }

    /// <summary>Every payment, by order.</summary>
    public required IReadOnlyDictionary<string, StoredPayment> Payments { get; init; }

    /// <summary>What is available, by article.</summary>
    public required IReadOnlyDictionary<string, int> Stock { get; init; }

    /// <summary>What is held, by order; released and refused reservations hold nothing.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Line>> Held { get; init; }

    /// <summary>Every execution of the order workflow.</summary>
    public required IReadOnlyList<StoredExecution> Executions { get; init; }

    /// <summary>Every message of the dead-letter queue.</summary>
    public required IReadOnlyList<ParkedMessage> Parked { get; init; }

    /// <summary>How often the customer was told, by order.</summary>
    public required IReadOnlyDictionary<string, int> Notified { get; init; }
}

/// <summary>Pieces of an article.</summary>
internal sealed record Line(string Sku, int Quantity);

/// <summary>An order as its clients see it.</summary>
internal sealed record StoredOrder(
    string OrderId, string CustomerId, decimal Total, OrderStatus Status, string? Reason, bool Refunded, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? NotifiedAt, IReadOnlyList<Line> Lines)
{
    public bool HasEnded => Status is OrderStatus.Completed or OrderStatus.Rejected;
}

/// <summary>A payment as the ledger has it.</summary>
internal sealed record StoredPayment(PaymentState State, decimal? Charged, bool IsRefunded);

/// <summary>An execution: its name is the order's id.</summary>
internal sealed record StoredExecution(string Name, string Status);

/// <summary>A message of the dead-letter queue, and the orders that it speaks of.</summary>
/// <param name="OrderIds">The orders.</param>
/// <param name="IsStreamRecord">Whether the event source mapping gave their records up, rather than the workflow.</param>
/// <param name="Body">The message.</param>
internal sealed record ParkedMessage(IReadOnlyList<string> OrderIds, bool IsStreamRecord, string Body)
{
    /// <summary>The execution that parked its order; null where none did.</summary>
    public string? Execution { get; init; }
}
