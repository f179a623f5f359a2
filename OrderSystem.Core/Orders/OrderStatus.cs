namespace OrderSystem.Core.Orders;

/// <summary>
/// The status of an order: <c>Pending → Validated → Paid → Reserved → Completed</c>, or <c>Rejected</c> from any status
/// before <c>Completed</c>.
/// </summary>
public enum OrderStatus
{
    /// <summary>The order was accepted; the workflow has not validated it yet.</summary>
    Pending,

    /// <summary>The order passed validation.</summary>
    Validated,

    /// <summary>The payment was charged.</summary>
    Paid,

    /// <summary>The stock of every line is held.</summary>
    Reserved,

    /// <summary>All steps succeeded. This status is final.</summary>
    Completed,

    /// <summary>The order was rejected; <see cref="Order.Reason"/> contains the reason. This status is final.</summary>
    Rejected,
}
