using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Orders;

/// <summary>
/// The payment gateway's token for a card. <c>ToString</c> hides the token, so that the token cannot get into logs or
/// messages.
/// </summary>
/// <param name="Secret">The token itself, for the gateway and the store only.</param>
public readonly record struct PaymentToken(string Secret)
{
    /// <summary>
    /// Returns a digest that shows whether a repeated request has the same token. The digest also depends on the order's
    /// id, so that it does not reveal which orders were paid with the same card.
    /// </summary>
    /// <param name="orderId">The order's id.</param>
    public string Fingerprint(string orderId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{orderId}\0{Secret}")).AsSpan(0, 16));

    /// <summary>Returns <c>***</c>, whatever the token is.</summary>
    public override string ToString() => "***";
}
