namespace OrderSystem.Core.Orders;

/// <summary>An order, as it is stored.</summary>
public sealed record Order
{
    /// <summary>Names the order, and with it its execution, its charge and its reservation.</summary>
    public required string OrderId { get; init; }

    /// <summary>Who ordered.</summary>
    public required string CustomerId { get; init; }

    /// <summary>What was ordered, at least one line, each of another sku.</summary>
    public required IReadOnlyList<OrderLine> Lines { get; init; }

    /// <summary>The ISO 4217 code of every amount.</summary>
    public required string Currency { get; init; }

    /// <summary>What to charge, on an order that is being placed only: a store keeps it apart, for <see cref="Payments.IPaymentTokens"/>.</summary>
    public PaymentToken? Payment { get; init; }

    /// <summary>The <see cref="PaymentToken.Fingerprint"/> of the token that it was placed with; null in lists.</summary>
    public string? PaymentFingerprint { get; init; }

    /// <summary>The sum of the lines.</summary>
    public required decimal Total { get; init; }

    /// <summary>How far it has come.</summary>
    public OrderStatus Status { get; init; }

    /// <summary>Why it was rejected, as <see cref="RejectionReason"/> words it.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether a charge was paid back.</summary>
    public bool Refunded { get; init; }

    /// <summary>When the customer was told, if so.</summary>
    public DateTimeOffset? NotifiedAt { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>1 at first, one more with every change.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The W3C trace context of the request that made it; never changed afterwards.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The vendor part of that trace context.</summary>
    public string? TraceState { get; init; }

    /// <summary>Makes the order that a request asks for.</summary>
    public static Order From(NewOrder request, string orderId, DateTimeOffset now, string? traceParent, string? traceState)
    {
        var lines = request.Lines.Select(line => line with { UnitPrice = Orders.Currency.Scale(line.UnitPrice, request.Currency) }).ToArray();
        return new Order
        {
            OrderId = orderId,
            CustomerId = request.CustomerId,
            Lines = lines,
            Currency = request.Currency,
            Payment = request.Payment,
            PaymentFingerprint = request.Payment.Fingerprint(orderId),
            Total = Orders.Currency.Scale(lines.Sum(line => line.Quantity * line.UnitPrice), request.Currency),
            CreatedAt = now,
            UpdatedAt = now,
            TraceParent = traceParent,
            TraceState = traceState,
        };
    }

    /// <summary>Whether another order asks for the same: customer, lines in their order, currency and payment.</summary>
    public bool AsksTheSameAs(Order other) =>
        OrderId == other.OrderId
        && CustomerId == other.CustomerId
        && Currency == other.Currency
        && PaymentFingerprint == other.PaymentFingerprint
        && Lines.SequenceEqual(other.Lines);

    /// <summary>The order as a store gives it back.</summary>
    public Order WithoutToken() => this with { Payment = null };

    /// <summary>The next version of it.</summary>
    public Order Next(DateTimeOffset now) => this with { UpdatedAt = now, Version = Version + 1 };
}

/// <summary>One line of an order.</summary>
/// <param name="Sku">The article.</param>
/// <param name="Quantity">How many, from 1 to 10,000.</param>
/// <param name="UnitPrice">The price of one, not negative.</param>
public sealed record OrderLine(string Sku, int Quantity, decimal UnitPrice);

/// <summary>What a client asks for.</summary>
/// <param name="OrderId">The client's own id, which makes the request safe to repeat; null lets the server make one.</param>
/// <param name="CustomerId">Who orders.</param>
/// <param name="Lines">What is ordered.</param>
/// <param name="Currency">The ISO 4217 code of every price.</param>
/// <param name="Payment">What to charge.</param>
public sealed record NewOrder(string? OrderId, string CustomerId, IReadOnlyList<OrderLine> Lines, string Currency, PaymentToken Payment);
