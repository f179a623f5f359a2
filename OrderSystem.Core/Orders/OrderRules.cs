using System.Buffers;

namespace OrderSystem.Core.Orders;

/// <summary>What makes an order valid. Each check adds the faults it finds, so that a client hears of all at once.</summary>
public static class OrderRules
{
    /// <summary>The most lines an order may have.</summary>
    public const int MaximumLines = 100;

    /// <summary>The most pieces of one line.</summary>
    public const int MaximumQuantity = 10_000;

    /// <summary>The highest price of one piece; a whole order's total stays exact in every store.</summary>
    public const decimal MaximumUnitPrice = 1_000_000_000m;

    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> OrderIdCharacters = SearchValues.Create(LettersAndDigits + "-_");
    private static readonly SearchValues<char> SkuCharacters = SearchValues.Create(LettersAndDigits + "-_.");
    private static readonly SearchValues<char> CustomerIdCharacters = SearchValues.Create(LettersAndDigits + "-_.:@+");
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(LettersAndDigits + "-_.:=+/");

    /// <summary>Whether this can name an order: 1 to 64 of A–Z, a–z, 0–9, - and _. It can then name an execution too.</summary>
    public static bool IsOrderId(string value) => IsText(value, 64, OrderIdCharacters);

    /// <summary>Whether this can name an article: 1 to 64 of A–Z, a–z, 0–9, -, _ and full stop.</summary>
    public static bool IsSku(string value) => IsText(value, 64, SkuCharacters);

    /// <summary>Whether this can name a customer.</summary>
    public static bool IsCustomerId(string value) => IsText(value, 128, CustomerIdCharacters);

    /// <summary>Checks an order's id.</summary>
    public static void CheckOrderId(string orderId, ICollection<Fault> faults)
    {
        if (!IsOrderId(orderId))
            faults.Add(new Fault("orderId", "must be 1 to 64 characters of A-Z, a-z, 0-9, - and _; leave it out to be given one"));
    }

    /// <summary>Checks who orders.</summary>
    public static void CheckCustomerId(string customerId, ICollection<Fault> faults)
    {
        if (!IsCustomerId(customerId))
            faults.Add(new Fault("customerId", "must be 1 to 128 characters of A-Z, a-z, 0-9 and -_.:@+"));
    }

    /// <summary>Checks a currency.</summary>
    public static void CheckCurrency(string currency, ICollection<Fault> faults)
    {
        if (!Currency.TryGetDecimals(currency, out _))
            faults.Add(new Fault("currency", "must be a three-letter code of ISO 4217 in capitals, such as EUR"));
    }

    /// <summary>Checks a payment token.</summary>
    public static void CheckPaymentToken(string token, ICollection<Fault> faults)
    {
        if (!IsText(token, 256, TokenCharacters))
            faults.Add(new Fault("payment.token", "must be 1 to 256 characters of A-Z, a-z, 0-9 and -_.:=+/"));
    }

    /// <summary>Checks how many lines there are.</summary>
    public static void CheckLineCount(int count, ICollection<Fault> faults)
    {
        if (count is < 1 or > MaximumLines)
            faults.Add(new Fault("lines", $"must have 1 to {MaximumLines} lines"));
    }

    /// <summary>Checks an article's name.</summary>
    public static void CheckSku(string sku, string path, ICollection<Fault> faults)
    {
        if (!IsSku(sku))
            faults.Add(new Fault(path, "must be 1 to 64 characters of A-Z, a-z, 0-9, -, _ and full stop"));
    }

    /// <summary>Checks a quantity.</summary>
    public static void CheckQuantity(int quantity, string path, ICollection<Fault> faults)
    {
        if (quantity is < 1 or > MaximumQuantity)
            faults.Add(new Fault(path, QuantityRule));
    }

    /// <summary>Checks a price against its currency; of an unknown currency three decimals are let through.</summary>
    public static void CheckUnitPrice(decimal price, string? currency, string path, ICollection<Fault> faults)
    {
        if (price is < 0 or > MaximumUnitPrice)
            faults.Add(new Fault(path, PriceRule));
        // Only a known code is repeated: another may be as long as the whole document, and there are a hundred lines.
        var (decimals, ofCurrency) = currency is not null && Currency.TryGetDecimals(currency, out var known) ? (known, $" in {currency}") : (3, "");
        if (decimal.Round(price, decimals) != price)
            faults.Add(new Fault(path, $"must have at most {decimals} decimals{ofCurrency}"));
    }

    /// <summary>Checks a whole stored order, which some other program may have written.</summary>
    public static IReadOnlyList<Fault> Check(Order order)
    {
        var faults = new List<Fault>();
        CheckOrderId(order.OrderId, faults);
        CheckCustomerId(order.CustomerId, faults);
        CheckCurrency(order.Currency, faults);
        CheckLineCount(order.Lines.Count, faults);
        var skus = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var (sku, quantity, price) = order.Lines[i];
            CheckSku(sku, $"lines[{i}].sku", faults);
            CheckQuantity(quantity, $"lines[{i}].quantity", faults);
            CheckUnitPrice(price, order.Currency, $"lines[{i}].unitPrice", faults);
            if (!skus.Add(sku))
                faults.Add(new Fault($"lines[{i}].sku", DuplicateSkuRule));
        }

        if (faults.Count == 0 && order.Total != order.Lines.Sum(line => line.Quantity * line.UnitPrice))
            faults.Add(new Fault("total", "must be the sum of the lines"));
        return faults;
    }

    internal const string QuantityRule = "must be a whole number from 1 to 10000";
    internal const string PriceRule = "must be a number from 0 to 1000000000";
    internal const string DuplicateSkuRule = "is ordered by an earlier line too; put both quantities on one line";

    private static bool IsText(string value, int longest, SearchValues<char> characters) =>
        value.Length > 0 && value.Length <= longest && !value.AsSpan().ContainsAnyExcept(characters);
}
