namespace OrderSystem.Core.Orders;

/// <summary>What the payment gateway knows a card by. It never shows in text, so that no log or message can carry it.</summary>
/// <param name="Secret">The token itself, for the gateway and the store only.</param>
public readonly record struct PaymentToken(string Secret)
{
    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
