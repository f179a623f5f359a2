using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// The payment tokens of orders, apart from the orders: only the step that charges reads them, and none stays once its
/// payment is settled. <see cref="IOrderStore.InsertAsync"/> puts them in.
/// </summary>
public interface IPaymentTokens
{
    /// <summary>Reads the token that an order was placed with; null if it does not exist (any longer).</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<PaymentToken?> FindAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Deletes an order's token; one that is gone already, or never was, stays gone.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached; repeat the call.</exception>
    Task DeleteAsync(string orderId, CancellationToken cancellationToken);
}
