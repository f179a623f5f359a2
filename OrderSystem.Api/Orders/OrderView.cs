using System.Text.Json.Serialization;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Api.Orders;

/// <summary>An order as clients see it, without the payment token.</summary>
internal sealed record OrderView(
    string OrderId,
    string CustomerId,
    string Currency,
    IReadOnlyList<OrderLine> Lines,
    decimal Total,
    OrderStatus Status,
    string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Refunded,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? NotifiedAt,
    long Version)
{
    public static OrderView From(Order order) => new(
        order.OrderId, order.CustomerId, order.Currency, order.Lines, order.Total, order.Status, order.Reason?.Name(), order.Refunded,
        order.CreatedAt, order.UpdatedAt, order.NotifiedAt, order.Version);
}

/// <summary>The response to a request that places an order.</summary>
internal sealed record OrderCreated(string Message, OrderView Order);

/// <summary>One page of a list of orders.</summary>
internal sealed record OrderList(IReadOnlyList<OrderView> Orders, string? NextCursor);

/// <summary>An order's payment: its state, and one entry for each charge or refund.</summary>
internal sealed record PaymentView(string OrderId, PaymentState State, int Attempts, IReadOnlyList<PaymentEntry> Entries)
{
    public static PaymentView From(Payment payment)
    {
        var entries = new List<PaymentEntry>();
        if (payment is { ChargeReference: { } charge, ChargedAt: { } chargedAt })
            entries.Add(new PaymentEntry("charge", payment.Amount, payment.Currency, charge, chargedAt));
        if (payment is { RefundReference: { } refund, RefundedAt: { } refundedAt })
            entries.Add(new PaymentEntry("refund", payment.Amount, payment.Currency, refund, refundedAt));
        return new PaymentView(payment.OrderId, payment.State, payment.Attempts, entries);
    }
}

/// <summary>One charge or refund.</summary>
internal sealed record PaymentEntry(string Entry, decimal? Amount, string? Currency, string Reference, DateTimeOffset At);

/// <summary>
/// The body of an order request, used only for the OpenAPI document. <see cref="OrderReader"/> reads the actual requests.
/// </summary>
internal sealed record OrderRequest(string? OrderId, string CustomerId, string Currency, IReadOnlyList<OrderLine> Lines, PaymentRequest Payment);

/// <summary>The payment part of an <see cref="OrderRequest"/>.</summary>
internal sealed record PaymentRequest(string Token);
