using System.Text.Json;
using OrderSystem.CrashTests.Checks;

namespace OrderSystem.CrashTests.Load;

/// <summary>A client's request to place an order.</summary>
internal sealed record ClientOrder(string OrderId, string CustomerId, string Token, IReadOnlyList<Line> Lines)
{
    private const decimal UnitPrice = 9.95m;

    public decimal Total => Lines.Sum(line => line.Quantity * UnitPrice);

    public string ToJson() => JsonSerializer.Serialize(new
    {
        orderId = OrderId,
        customerId = CustomerId,
        currency = "EUR",
        lines = Lines.Select(line => new { sku = line.Sku, quantity = line.Quantity, unitPrice = UnitPrice }),
        payment = new { token = Token },
    });

    /// <summary>Whether a stored order has the content of this request.</summary>
    public bool IsAnsweredBy(StoredOrder order) =>
        order.OrderId == OrderId && order.CustomerId == CustomerId && order.Total == Total && order.Lines.SequenceEqual(Lines);
}
