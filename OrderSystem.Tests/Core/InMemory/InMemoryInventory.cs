using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core.InMemory;

internal sealed class InMemoryInventory : IInventory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _stock = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Reservation State, IReadOnlyList<OrderLine> Lines)> _reservations = new(StringComparer.Ordinal);

    public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Task.FromResult(_stock.TryGetValue(sku, out var available) ? new StockLevel(sku, available, Sample.Noon) : null);
    }

    public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(available);
        lock (_lock)
            _stock[sku] = available;
        return Task.FromResult(new StockLevel(sku, available, Sample.Noon));
    }

    public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_reservations.TryGetValue(orderId, out var decided))
                return Task.FromResult(decided.State);
            var outcome = lines.All(line => _stock.GetValueOrDefault(line.Sku) >= line.Quantity) ? Reservation.Held : Reservation.InsufficientStock;
            _reservations[orderId] = (outcome, lines);
            if (outcome == Reservation.Held)
            {
                foreach (var line in lines)
                    _stock[line.Sku] -= line.Quantity;
            }

            return Task.FromResult(outcome);
        }
    }

    public Task ReleaseAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_reservations.TryGetValue(orderId, out var decided))
                _reservations[orderId] = (Reservation.Released, []);
            else if (decided.State == Reservation.Held)
            {
                foreach (var line in decided.Lines)
                    _stock[line.Sku] += line.Quantity;
                _reservations[orderId] = (Reservation.Released, []);
            }
        }

        return Task.CompletedTask;
    }
}
