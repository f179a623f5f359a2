using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace OrderSystem.Core.Orders;

/// <summary>Reads an order from JSON and reports all its faults, not only the first.</summary>
public static class OrderReader
{
    /// <summary>The maximum size of the document, in bytes.</summary>
    public const int MaximumBytes = 256 * 1024;

    // Every valid price is shorter than this limit, and every number up to this length can be represented as a decimal.
    private const int LongestPrice = 24;

    // Name only the first few unknown members, so that the error response is not larger than the request.
    private const int NamedMembers = 5;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads one order; returns false if the document has faults.</summary>
    /// <param name="json">The document, in UTF-8.</param>
    /// <param name="order">The order that was read; null if there are faults.</param>
    /// <param name="faults">All faults of the document.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NewOrder? order, out IReadOnlyList<Fault> faults)
    {
        order = null;
        var found = new List<Fault>();
        faults = found;
        if (json.Length > MaximumBytes)
            found.Add(new Fault("", $"must be at most {MaximumBytes} bytes"));
        else if (!Utf8.IsValid(json.Span))
            found.Add(new Fault("", "must be UTF-8"));
        else
            order = Parse(json, found);
        return order is not null;
    }

    private static NewOrder? Parse(ReadOnlyMemory<byte> json, List<Fault> faults)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return ReadOrder(document.RootElement, faults);
        }
        catch (JsonException e)
        {
            faults.Add(new Fault("", $"must be valid JSON, nested at most {Strict.MaxDepth} levels deep, without duplicate members: {e.Message}"));
        }
        catch (InvalidOperationException)
        {
            // An unpaired surrogate escape such as \ud800 is valid JSON but not valid text.
            faults.Add(new Fault("", "must not contain invalid Unicode escapes (unpaired surrogates)"));
        }

        return null;
    }

    private static NewOrder? ReadOrder(JsonElement root, List<Fault> faults)
    {
        if (!IsObject(root, "", ["orderId", "customerId", "currency", "lines", "payment"], faults))
            return null;

        string? orderId = null;
        if (root.TryGetProperty("orderId", out var id) && id.ValueKind != JsonValueKind.Null && Text(root, "orderId", "orderId", faults) is { } givenId)
        {
            orderId = givenId;
            OrderRules.CheckOrderId(givenId, faults);
        }

        if (Text(root, "customerId", "customerId", faults) is { } customerId)
            OrderRules.CheckCustomerId(customerId, faults);
        else
            customerId = "";

        var currency = Text(root, "currency", "currency", faults);
        if (currency is not null)
            OrderRules.CheckCurrency(currency, faults);

        var lines = ReadLines(root, currency, faults);
        var token = ReadToken(root, faults);
        return faults.Count == 0 ? new NewOrder(orderId, customerId, lines, currency!, new PaymentToken(token)) : null;
    }

    private static List<OrderLine> ReadLines(JsonElement root, string? currency, List<Fault> faults)
    {
        var lines = new List<OrderLine>();
        if (!root.TryGetProperty("lines", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            faults.Add(new Fault("lines", $"must be an array of 1 to {OrderRules.MaximumLines} lines"));
            return lines;
        }

        OrderRules.CheckLineCount(array.GetArrayLength(), faults);
        var skus = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in array.EnumerateArray().Take(OrderRules.MaximumLines))
        {
            var path = $"lines[{lines.Count}]";
            var line = ReadLine(element, path, currency, faults);
            if (line.Sku.Length > 0 && !skus.Add(line.Sku))
                faults.Add(new Fault($"{path}.sku", OrderRules.DuplicateSkuRule));
            lines.Add(line);
        }

        return lines;
    }

    private static OrderLine ReadLine(JsonElement element, string path, string? currency, List<Fault> faults)
    {
        if (!IsObject(element, path, ["sku", "quantity", "unitPrice"], faults))
            return new OrderLine("", 0, 0);
        var sku = Text(element, "sku", $"{path}.sku", faults);
        if (sku is not null)
            OrderRules.CheckSku(sku, $"{path}.sku", faults);
        return new OrderLine(sku ?? "", ReadQuantity(element, $"{path}.quantity", faults), ReadPrice(element, $"{path}.unitPrice", currency, faults));
    }

    private static int ReadQuantity(JsonElement line, string path, List<Fault> faults)
    {
        if (line.TryGetProperty("quantity", out var element) && element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var quantity))
            OrderRules.CheckQuantity(quantity, path, faults);
        else
        {
            quantity = 0;
            faults.Add(new Fault(path, OrderRules.QuantityRule));
        }

        return quantity;
    }

    private static decimal ReadPrice(JsonElement line, string path, string? currency, List<Fault> faults)
    {
        if (!line.TryGetProperty("unitPrice", out var element) || element.ValueKind != JsonValueKind.Number)
        {
            faults.Add(new Fault(path, OrderRules.PriceRule));
            return 0;
        }

        var text = element.GetRawText();
        if (text.Length > LongestPrice
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price))
        {
            faults.Add(new Fault(path, $"{OrderRules.PriceRule}, written with at most {LongestPrice} characters and no exponent"));
            return 0;
        }

        OrderRules.CheckUnitPrice(price, currency, path, faults);
        return price;
    }

    private static string ReadToken(JsonElement root, List<Fault> faults)
    {
        if (!root.TryGetProperty("payment", out var payment))
            faults.Add(new Fault("payment", "is required and must be an object such as {\"token\":\"…\"}"));
        else if (IsObject(payment, "payment", ["token"], faults) && Text(payment, "token", "payment.token", faults) is { } token)
        {
            OrderRules.CheckPaymentToken(token, faults);
            return token;
        }

        return "";
    }

    private static bool IsObject(JsonElement element, string path, ReadOnlySpan<string> members, List<Fault> faults)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new Fault(path, $"must be an object with the members {string.Join(", ", members)}"));
            return false;
        }

        List<string> unknown = [];
        foreach (var member in element.EnumerateObject())
        {
            if (!members.Contains(member.Name))
                unknown.Add(member.Name);
        }

        if (unknown.Count > 0)
        {
            var named = string.Join(", ", unknown.Take(NamedMembers).Select(Abbreviate));
            var others = unknown.Count > NamedMembers ? $" and {unknown.Count - NamedMembers} more" : "";
            faults.Add(new Fault(path, $"has the unknown member{(unknown.Count > 1 ? "s" : "")} {named}{others}; the known members are {string.Join(", ", members)}"));
        }

        return true;
    }

    private static string? Text(JsonElement parent, string name, string path, List<Fault> faults)
    {
        if (parent.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.String)
            return element.GetString();
        faults.Add(new Fault(path, "is required and must be a string"));
        return null;
    }

    private static string Abbreviate(string name) => name.Length <= 40 ? name : string.Concat(name.AsSpan(0, 40), "…");
}
