namespace OrderSystem.Aws.DynamoDb;

/// <summary>The tables of the template.</summary>
/// <param name="prefix">Its parameter <c>TablePrefix</c>.</param>
public sealed class TableNames(string prefix)
{
    /// <summary>The orders, by <c>orderId</c>, with the indexes <see cref="ByCustomer"/> and <see cref="ByStatus"/>.</summary>
    public string Orders { get; } = prefix + "Orders";

    /// <summary>Stock under <c>sku#…</c>, reservations under <c>order#…</c>.</summary>
    public string Inventory { get; } = prefix + "Inventory";

    /// <summary>The ledger, by <c>orderId</c> and <c>entry</c>.</summary>
    public string Payments { get; } = prefix + "Payments";

    /// <summary>The payment tokens of orders whose payment is not settled, by <c>orderId</c>.</summary>
    public string PaymentTokens { get; } = prefix + "PaymentTokens";

    /// <summary>The index of orders by <c>customerId</c> and <c>createdAt</c>.</summary>
    public const string ByCustomer = "ByCustomer";

    /// <summary>The index of orders by <c>status</c> and <c>createdAt</c>.</summary>
    public const string ByStatus = "ByStatus";
}
