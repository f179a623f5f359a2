using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core;

/// <summary>Sample orders.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static string Id(string prefix = "o") => $"{prefix}-{Guid.NewGuid():N}";

    public static Order Order(
        string? orderId = null,
        string customerId = "c-1",
        string token = "tok_ok",
        DateTimeOffset? createdAt = null,
        string currency = "EUR",
        params OrderLine[] lines) =>
        OrderSystem.Core.Orders.Order.From(
            new NewOrder(null, customerId, lines.Length > 0 ? lines : [new OrderLine("A1", 2, 9.95m)], currency, new PaymentToken(token)),
            orderId ?? Id(), createdAt ?? Noon, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1");

    /// <summary>Creates the largest valid order.</summary>
    public static Order Largest(string? customerId = null, DateTimeOffset? createdAt = null) => Order(
        Id().PadRight(64, 'o'), customerId ?? new string('c', 128), new string('t', 256), createdAt, "KWD",
        [.. Enumerable.Range(0, OrderRules.MaximumLines).Select(i => new OrderLine($"{new string('s', 61)}{i:D3}", OrderRules.MaximumQuantity, OrderRules.MaximumUnitPrice - 0.001m))]);
}
