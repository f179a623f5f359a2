namespace OrderSystem.Core.Payments;

/// <summary>The one payment of an order, as the ledger has it.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Attempts">How often the gateway was, or was about to be, asked for the charge.</param>
/// <param name="Amount">What was to be charged; null where the order was shut out before any charge.</param>
/// <param name="Currency">The amount's currency.</param>
/// <param name="ChargeReference">The gateway's name for the charge.</param>
/// <param name="RefundReference">The gateway's name for the refund.</param>
/// <param name="StartedAt">When the first entry was made, UTC.</param>
/// <param name="ChargedAt">When the charge was recorded, UTC.</param>
/// <param name="RefundedAt">When the refund was recorded, UTC.</param>
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
/// <c>Pending → Charged → Refunded</c>, <c>Pending → Declined</c>, or <c>Voided</c> where a refund came before the charge was known.
/// </summary>
public enum PaymentState
{
    /// <summary>The gateway is being asked; its answer is not recorded yet.</summary>
    Pending,

    /// <summary>The money was taken.</summary>
    Charged,

    /// <summary>The gateway said no.</summary>
    Declined,

    /// <summary>A refund was asked for before any charge was recorded: none may be made any more.</summary>
    Voided,

    /// <summary>The money was taken and given back.</summary>
    Refunded,
}
