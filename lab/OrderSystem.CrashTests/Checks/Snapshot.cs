using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.CrashTests.Checks;

/// <summary>The contents of a cloud's stores after all work has ended.</summary>
internal sealed record Snapshot
{
    /// <summary>All orders, by id.</summary>
    public required IReadOnlyDictionary<string, StoredOrder> Orders { get; init; }

    /// <summary>All payments, by order.</summary>
    public required IReadOnlyDictionary<string, StoredPayment> Payments { get; init; }

    /// <summary>The available stock, by product.</summary>
    public required IReadOnlyDictionary<string, int> Stock { get; init; }

    /// <summary>
    /// The order lines for which stock is reserved, by order. An order whose reservation was released or refused has no
    /// entry.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Line>> Held { get; init; }

    /// <summary>All executions of the order workflow.</summary>
    public required IReadOnlyList<StoredExecution> Executions { get; init; }

    /// <summary>All messages in the dead-letter queue.</summary>
    public required IReadOnlyList<StoredMessage> Parked { get; init; }

    /// <summary>The number of notifications sent, by order.</summary>
    public required IReadOnlyDictionary<string, int> Notified { get; init; }
}

/// <summary>A line of an order: a product and its quantity.</summary>
internal sealed record Line(string Sku, int Quantity);

/// <summary>An order as the API returns it.</summary>
internal sealed record StoredOrder(
    string OrderId, string CustomerId, decimal Total, OrderStatus Status, RejectionReason? Reason, bool Refunded, DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt, DateTimeOffset? NotifiedAt, IReadOnlyList<Line> Lines)
{
    public bool HasEnded => Status is OrderStatus.Completed or OrderStatus.Rejected;
}

/// <summary>A payment in the payment ledger.</summary>
internal sealed record StoredPayment(PaymentState State, decimal? Charged, bool IsRefunded);

/// <summary>An execution of the order workflow. The execution's name is the order's id.</summary>
internal sealed record StoredExecution(string Name, string Status);

/// <summary>A message in the dead-letter queue.</summary>
/// <param name="OrderIds">The ids of the orders in the message.</param>
/// <param name="IsStreamRecord">Whether the event source mapping sent the message; false if a workflow sent it.</param>
/// <param name="Body">The body of the message.</param>
internal sealed record StoredMessage(IReadOnlyList<string> OrderIds, bool IsStreamRecord, string Body)
{
    /// <summary>The ARN of the execution that parked the order; null if the event source mapping sent the message.</summary>
    public string? Execution { get; init; }
}
