namespace OrderSystem.Core.Payments;

/// <summary>An order's payment, as recorded in the ledger. Each order has at most one payment.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="State">The payment's state.</param>
/// <param name="Attempts">The number of charge attempts, including any that stopped before calling the gateway.</param>
/// <param name="Amount">The amount to charge; null if the payment was voided before any attempt.</param>
/// <param name="Currency">The ISO 4217 code of the amount's currency.</param>
/// <param name="ChargeReference">The gateway's reference for the charge; null if no charge was recorded.</param>
/// <param name="RefundReference">The gateway's reference for the refund; null if no refund was recorded.</param>
/// <param name="StartedAt">When the payment was first recorded in the ledger, UTC.</param>
/// <param name="ChargedAt">When the charge was recorded, UTC; null if no charge was recorded.</param>
/// <param name="RefundedAt">When the refund was recorded, UTC; null if no refund was recorded.</param>
public sealed record Payment(
    string OrderId,
    PaymentState State,
    int Attempts,
    decimal? Amount,
    string? Currency,
    string? ChargeReference,
    string? RefundReference,
    DateTimeOffset StartedAt,
    DateTimeOffset? ChargedAt,
    DateTimeOffset? RefundedAt);

/// <summary>
/// The state of a payment: <c>Pending → Charged → Refunded</c>, <c>Pending → Declined</c>, or <c>Voided</c> if a refund was
/// begun before any charge was recorded.
/// </summary>
public enum PaymentState
{
    /// <summary>The charge was begun, and the gateway's response is not recorded yet.</summary>
    Pending,

    /// <summary>The charge was made.</summary>
    Charged,

    /// <summary>The gateway declined the charge.</summary>
    Declined,

    /// <summary>A refund was begun before any charge was recorded; no charge may be made later.</summary>
    Voided,

    /// <summary>The charge was made and refunded.</summary>
    Refunded,
}
