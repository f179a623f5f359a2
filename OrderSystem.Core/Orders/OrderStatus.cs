namespace OrderSystem.Core.Orders;

/// <summary>
/// How far an order has come: <c>Pending → Validated → Paid → Reserved → Completed</c>, or <c>Rejected</c> from anywhere
/// before <c>Completed</c>.
/// </summary>
public enum OrderStatus
{
    /// <summary>Accepted; the workflow has not looked at it yet.</summary>
    Pending,

    /// <summary>Found in order.</summary>
    Validated,

    /// <summary>The payment was charged.</summary>
    Paid,

    /// <summary>The stock of every line is held.</summary>
    Reserved,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Refused; <see cref="Order.Reason"/> says why.</summary>
    Rejected,
}

/// <summary>Why an order was rejected.</summary>
public static class RejectionReason
{
    /// <summary>The stored order breaks the rules for orders.</summary>
    public const string Invalid = "invalid";

    /// <summary>The payment gateway declined the charge.</summary>
    public const string PaymentDeclined = "payment_declined";

    /// <summary>A line asks for more than there is.</summary>
    public const string InsufficientStock = "insufficient_stock";

    /// <summary>A step failed for good; everything it may have done was undone.</summary>
    public const string ProcessingFailed = "processing_failed";
}
