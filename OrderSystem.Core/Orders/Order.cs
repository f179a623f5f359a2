namespace OrderSystem.Core.Orders;

/// <summary>A stored order.</summary>
public sealed record Order
{
    /// <summary>The order's id, which also identifies its execution, its charge and its reservation.</summary>
    public required string OrderId { get; init; }

    /// <summary>The customer's id.</summary>
    public required string CustomerId { get; init; }

    /// <summary>The lines: at least one, each with a different sku.</summary>
    public required IReadOnlyList<OrderLine> Lines { get; init; }

    /// <summary>The ISO 4217 currency code of all amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>
    /// The payment token to charge. The token is set only while the order is being placed; a store keeps it in
    /// <see cref="Payments.IPaymentTokens"/>.
    /// </summary>
    public PaymentToken? Payment { get; init; }

    /// <summary>
    /// The <see cref="PaymentToken.Fingerprint"/> of the token that the order was placed with. In a list of orders, a
    /// store may leave this property null.
    /// </summary>
    public string? PaymentFingerprint { get; init; }

    /// <summary>The order's total: the sum over all lines of quantity times unit price.</summary>
    public required decimal Total { get; init; }

    /// <summary>The order's status.</summary>
    public OrderStatus Status { get; init; }

    /// <summary>Why the order was rejected; null if the order was not rejected.</summary>
    public RejectionReason? Reason { get; init; }

    /// <summary>Whether the charge was refunded.</summary>
    public bool Refunded { get; init; }

    /// <summary>When the confirmation was sent to the customer, UTC; null before that.</summary>
    public DateTimeOffset? NotifiedAt { get; init; }

    /// <summary>When the order was accepted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the order last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The version number: 1 for a new order, and incremented with every change.</summary>
    public long Version { get; init; } = 1;

    /// <summary>The W3C <c>traceparent</c> of the request that placed the order; never changed afterwards.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The W3C <c>tracestate</c> of the request that placed the order.</summary>
    public string? TraceState { get; init; }

    /// <summary>Creates an order from a client's request.</summary>
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

    /// <summary>
    /// Whether another order has the same id, customer, currency and payment token, and the same lines in the same
    /// sequence.
    /// </summary>
    public bool AsksTheSameAs(Order other) =>
        OrderId == other.OrderId
        && CustomerId == other.CustomerId
        && Currency == other.Currency
        && PaymentFingerprint == other.PaymentFingerprint
        && Lines.SequenceEqual(other.Lines);

    /// <summary>Returns a copy of the order without its payment token. Stores return orders in this form.</summary>
    public Order WithoutToken() => this with { Payment = null };

    /// <summary>Returns a copy of the order with the next version number and a new <see cref="UpdatedAt"/>.</summary>
    public Order Next(DateTimeOffset now) => this with { UpdatedAt = now, Version = Version + 1 };
}

/// <summary>One line of an order.</summary>
/// <param name="Sku">The product's id.</param>
/// <param name="Quantity">The number of units, from 1 to 10,000.</param>
/// <param name="UnitPrice">The price of one unit; not negative.</param>
public sealed record OrderLine(string Sku, int Quantity, decimal UnitPrice);

/// <summary>A client's request to place an order.</summary>
/// <param name="OrderId">
/// The order id that the client chose, which makes the request safe to repeat; if null, the server generates an id.
/// </param>
/// <param name="CustomerId">The customer's id.</param>
/// <param name="Lines">The lines of the order.</param>
/// <param name="Currency">The ISO 4217 currency code of all prices.</param>
/// <param name="Payment">The payment token to charge.</param>
public sealed record NewOrder(string? OrderId, string CustomerId, IReadOnlyList<OrderLine> Lines, string Currency, PaymentToken Payment);
