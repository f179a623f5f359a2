using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Orders;

/// <summary>What the payment gateway knows a card by. It never shows in text, so that no log or message can carry it.</summary>
/// <param name="Secret">The token itself, for the gateway and the store only.</param>
public readonly record struct PaymentToken(string Secret)
{
    /// <summary>
    /// A digest by which an order tells later whether it was placed with the same token. Each order's differs, so that it
    /// does not show which orders were paid with the same card.
    /// </summary>
    /// <param name="orderId">The order.</param>
    public string Fingerprint(string orderId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{orderId}\0{Secret}")).AsSpan(0, 16));

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
