using System.Buffers;

namespace OrderSystem.Core.Orders;

/// <summary>
/// The validation rules for orders. Each check adds the faults that it finds to a list, so that one response reports
/// all faults to the client.
/// </summary>
public static class OrderRules
{
    /// <summary>The maximum number of lines of an order.</summary>
    public const int MaximumLines = 100;

    /// <summary>The maximum quantity of one line.</summary>
    public const int MaximumQuantity = 10_000;

    /// <summary>The maximum price of one unit. The limit keeps an order's total exact in every store.</summary>
    public const decimal MaximumUnitPrice = 1_000_000_000m;

    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> OrderIdCharacters = SearchValues.Create(LettersAndDigits + "-_");
    private static readonly SearchValues<char> SkuCharacters = SearchValues.Create(LettersAndDigits + "-_.");
    private static readonly SearchValues<char> CustomerIdCharacters = SearchValues.Create(LettersAndDigits + "-_.:@+");
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(LettersAndDigits + "-_.:=+/");

    /// <summary>
    /// Whether a value is a valid order id: 1 to 64 characters of A–Z, a–z, 0–9, - and _. Every valid order id is also a
    /// valid execution name.
    /// </summary>
    public static bool IsOrderId(string value) => IsText(value, 64, OrderIdCharacters);

    /// <summary>Whether a value is a valid sku: 1 to 64 characters of A–Z, a–z, 0–9, -, _ and full stop.</summary>
    public static bool IsSku(string value) => IsText(value, 64, SkuCharacters);

    /// <summary>Whether a value is a valid customer id: 1 to 128 characters of A–Z, a–z, 0–9 and -_.:@+.</summary>
    public static bool IsCustomerId(string value) => IsText(value, 128, CustomerIdCharacters);

    /// <summary>Checks an order's id.</summary>
    public static void CheckOrderId(string orderId, ICollection<Fault> faults)
    {
        if (!IsOrderId(orderId))
            faults.Add(new Fault("orderId", "must be 1 to 64 characters of A-Z, a-z, 0-9, - and _; leave it out to have one generated"));
    }

    /// <summary>Checks a customer's id.</summary>
    public static void CheckCustomerId(string customerId, ICollection<Fault> faults)
    {
        if (!IsCustomerId(customerId))
            faults.Add(new Fault("customerId", "must be 1 to 128 characters of A-Z, a-z, 0-9 and -_.:@+"));
    }

    /// <summary>Checks a currency.</summary>
    public static void CheckCurrency(string currency, ICollection<Fault> faults)
    {
        if (!Currency.TryGetDecimals(currency, out _))
            faults.Add(new Fault("currency", "must be a three-letter ISO 4217 code in capitals, such as EUR"));
    }

    /// <summary>Checks a payment token.</summary>
    public static void CheckPaymentToken(string token, ICollection<Fault> faults)
    {
        if (!IsText(token, 256, TokenCharacters))
            faults.Add(new Fault("payment.token", "must be 1 to 256 characters of A-Z, a-z, 0-9 and -_.:=+/"));
    }

    /// <summary>Checks the number of lines of an order.</summary>
    public static void CheckLineCount(int count, ICollection<Fault> faults)
    {
        if (count is < 1 or > MaximumLines)
            faults.Add(new Fault("lines", $"must have 1 to {MaximumLines} lines"));
    }

    /// <summary>Checks a product's sku.</summary>
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

    /// <summary>
    /// Checks a unit price and the number of its decimal places. If the currency is unknown, three decimal places are
    /// allowed.
    /// </summary>
    public static void CheckUnitPrice(decimal price, string? currency, string path, ICollection<Fault> faults)
    {
        if (price is < 0 or > MaximumUnitPrice)
            faults.Add(new Fault(path, PriceRule));
        // Name the currency only if it is known: an unknown currency code may be very long, and the errors of up to 100
        // lines would repeat the code.
        var (decimals, ofCurrency) = currency is not null && Currency.TryGetDecimals(currency, out var known) ? (known, $" in {currency}") : (3, "");
        if (decimal.Round(price, decimals) != price)
            faults.Add(new Fault(path, $"must have at most {decimals} decimal places{ofCurrency}"));
    }

    /// <summary>Checks a stored order, which another program may have written.</summary>
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
    internal const string DuplicateSkuRule = "is already on an earlier line; put both quantities on one line";

    private static bool IsText(string value, int longest, SearchValues<char> characters) =>
        value.Length > 0 && value.Length <= longest && !value.AsSpan().ContainsAnyExcept(characters);
}
