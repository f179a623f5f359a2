using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// The store of payment tokens, separate from the orders. A token is inserted by <see cref="IOrderStore.InsertAsync"/>,
/// read only by the step that charges the order, and deleted when the payment is settled.
/// </summary>
public interface IPaymentTokens
{
    /// <summary>Reads the token that an order was placed with; null if the order has no token, or the token was deleted.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<PaymentToken?> FindAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Deletes an order's token, if it exists.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached; repeat the call.</exception>
    Task DeleteAsync(string orderId, CancellationToken cancellationToken);
}
