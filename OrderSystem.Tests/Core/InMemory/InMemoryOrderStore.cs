using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Tests.Core.InMemory;

internal sealed class InMemoryOrderStore : IOrderStore, IPaymentTokens
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Order> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaymentToken> _tokens = new(StringComparer.Ordinal);

    public int Count => _orders.Count;

    public Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_orders.TryAdd(order.OrderId, order.WithoutToken()))
                return Task.FromResult(new Insertion(_orders[order.OrderId], false));
            if (order.Payment is { } token)
                _tokens[order.OrderId] = token;
            return Task.FromResult(new Insertion(_orders[order.OrderId], true));
        }
    }

    Task<PaymentToken?> IPaymentTokens.FindAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Task.FromResult<PaymentToken?>(_tokens.TryGetValue(orderId, out var token) ? token : null);
    }

    public Task DeleteAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            _tokens.Remove(orderId);
        return Task.CompletedTask;
    }

    public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Task.FromResult(_orders.GetValueOrDefault(orderId));
    }

    public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_orders.TryGetValue(order.OrderId, out var stored) || stored.Version != order.Version - 1)
                return Task.FromResult(false);
            _orders[order.OrderId] = order.WithoutToken();
            return Task.FromResult(true);
        }
    }

    public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<Order> found;
        lock (_lock)
        {
            found = [.. _orders.Values
                .Where(order => (query.CustomerId is null || order.CustomerId == query.CustomerId) && (query.Status is null || order.Status == query.Status))
                .OrderByDescending(order => order.CreatedAt).ThenByDescending(order => order.OrderId, StringComparer.Ordinal)
                .Where(order => query.After is not { } after || order.CreatedAt < after.CreatedAt
                    || (order.CreatedAt == after.CreatedAt && string.CompareOrdinal(order.OrderId, after.OrderId) < 0))
                .Take(query.Limit + 1)];
        }

        var page = found.Take(query.Limit).ToList();
        return Task.FromResult(new OrderPage(page, found.Count > query.Limit ? new PagePosition(page[^1].CreatedAt, page[^1].OrderId) : null));
    }
}
