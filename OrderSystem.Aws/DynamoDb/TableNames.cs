namespace OrderSystem.Aws.DynamoDb;

/// <summary>The names of the template's tables and indexes.</summary>
/// <param name="prefix">The value of the template's parameter <c>TablePrefix</c>.</param>
public sealed class TableNames(string prefix)
{
    /// <summary>
    /// The table of orders, keyed by <c>orderId</c>, with the indexes <see cref="ByCustomer"/> and
    /// <see cref="ByStatusShard"/>.
    /// </summary>
    public string Orders { get; } = prefix + "Orders";

    /// <summary>The table of stock (keys <c>sku#…</c>) and reservations (keys <c>order#…</c>).</summary>
    public string Inventory { get; } = prefix + "Inventory";

    /// <summary>The table of the payment ledger, keyed by <c>orderId</c> and <c>entry</c>.</summary>
    public string Payments { get; } = prefix + "Payments";

    /// <summary>The table of the payment tokens for payments that are not settled yet, keyed by <c>orderId</c>.</summary>
    public string PaymentTokens { get; } = prefix + "PaymentTokens";

    /// <summary>The index of orders, keyed by <c>customerId</c> and <c>createdAt</c>.</summary>
    public const string ByCustomer = "ByCustomer";

    /// <summary>
    /// The index of orders, keyed by <c>statusShard</c> (a status and a partition number, such as <c>Pending#7</c>) and
    /// <c>createdAt</c>.
    /// </summary>
    public const string ByStatusShard = "ByStatusShard";
}
