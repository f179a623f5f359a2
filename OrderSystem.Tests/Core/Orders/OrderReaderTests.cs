using System.Globalization;
using System.Text;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core.Orders;

public class OrderReaderTests
{
    private const string Line = """{"sku":"A1","quantity":2,"unitPrice":9.95}""";

    [Fact]
    public void A_valid_order_is_read_completely()
    {
        Assert.True(Read(Document(), out var order, out var faults), string.Join("; ", faults));
        Assert.Equal(("o-1", "c-1", "EUR", "tok_ok"), (order!.OrderId, order.CustomerId, order.Currency, order.Payment.Secret));
        Assert.Equal([new OrderLine("A1", 2, 9.95m)], order.Lines);
    }

    [Theory]
    [InlineData("""{"customerId":"c-1","currency":"EUR","lines":[LINE],"payment":{"token":"t"}}""")]
    [InlineData("""{"orderId":null,"customerId":"c-1","currency":"EUR","lines":[LINE],"payment":{"token":"t"}}""")]
    public void The_order_id_is_optional(string json)
    {
        Assert.True(Read(json.Replace("LINE", Line, StringComparison.Ordinal), out var order, out _));
        Assert.Null(order!.OrderId);
    }

    [Theory]
    [InlineData("o/1")]
    [InlineData("")]
    [InlineData("o 1")]
    [InlineData("ö")]
    [InlineData("o.1")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void An_invalid_order_id_is_reported(string orderId) => AssertFault(Document(orderId: $"\"{orderId}\""), "orderId");

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"a b\"")]
    [InlineData("[]")]
    public void An_invalid_customer_id_is_reported(string customerId) => AssertFault(Document(customerId: customerId), "customerId");

    [Theory]
    [InlineData("\"eur\"")]
    [InlineData("\"EURO\"")]
    [InlineData("\"XXX\"")]
    [InlineData("978")]
    [InlineData("null")]
    public void An_unknown_currency_is_reported(string currency) => AssertFault(Document(currency: currency), "currency");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("10001")]
    [InlineData("1.5")]
    [InlineData("1e400")]
    [InlineData("99999999999999999999")]
    [InlineData("\"2\"")]
    [InlineData("null")]
    [InlineData("true")]
    public void An_invalid_quantity_is_reported(string quantity) =>
        AssertFault(Document(lines: $$"""[{"sku":"A1","quantity":{{quantity}},"unitPrice":1}]"""), "lines[0].quantity");

    [Theory]
    [InlineData("-0.01")]
    [InlineData("1000000000.01")]
    [InlineData("9.955")]
    [InlineData("1e2")]
    [InlineData("1e-30")]
    [InlineData("1e400")]
    [InlineData("0.0000000000000000000000000000000000001")]
    [InlineData("\"9.95\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public void An_invalid_price_is_reported(string price) =>
        AssertFault(Document(lines: $$"""[{"sku":"A1","quantity":1,"unitPrice":{{price}}}]"""), "lines[0].unitPrice");

    [Theory]
    [InlineData("JPY", "1.5", false)]
    [InlineData("JPY", "2", true)]
    [InlineData("JPY", "2.0", true)]
    [InlineData("KWD", "1.234", true)]
    [InlineData("EUR", "1.234", false)]
    [InlineData("EUR", "1.230", true)]
    public void A_price_has_at_most_its_currencys_decimal_places(string currency, string price, bool valid) =>
        Assert.Equal(valid, Read(Document(currency: $"\"{currency}\"", lines: $$"""[{"sku":"A1","quantity":1,"unitPrice":{{price}}}]"""), out _, out _));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"lines\"")]
    public void Lines_must_be_a_non_empty_list(string lines) => AssertFault(Document(lines: lines), "lines");

    [Fact]
    public void At_most_a_hundred_lines_are_allowed()
    {
        AssertFault(Document(lines: Lines(101)), "lines");
        Assert.True(Read(Document(lines: Lines(100)), out _, out _));
    }

    [Fact]
    public void An_article_may_appear_on_one_line_only() => AssertFault(Document(lines: $"[{Line},{Line}]"), "lines[1].sku");

    [Theory]
    [InlineData("null", "payment")]
    [InlineData("\"tok_ok\"", "payment")]
    [InlineData("{}", "payment.token")]
    [InlineData("""{"token":""}""", "payment.token")]
    [InlineData("""{"token":7}""", "payment.token")]
    [InlineData("""{"token":"a b"}""", "payment.token")]
    [InlineData("""{"token":"t","cvc":"123"}""", "payment")]
    public void An_invalid_payment_is_reported(string payment, string path) => AssertFault(Document(payment: payment), path);

    [Fact]
    public void All_errors_are_reported_at_once()
    {
        const string json = """{"orderId":"o/1","customerId":"","currency":"XX","extra":1,"lines":[{"sku":"","quantity":0,"unitPrice":-1},7],"payment":{}}""";
        Assert.False(Read(json, out _, out var faults));
        Assert.Equal(
            ["", "currency", "customerId", "lines[0].quantity", "lines[0].sku", "lines[0].unitPrice", "lines[1]", "orderId", "payment.token"],
            faults.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("""{"orderId":NaN}""")]
    [InlineData("""{"orderId":"o-1","orderId":"o-2"}""")]
    [InlineData("""{"orderId":"o-1"} trailing""")]
    [InlineData("""{"orderId":"o-1",}""")]
    [InlineData("""{/*comment*/}""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}""")]
    [InlineData("""{"customerId":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    public void A_document_that_is_not_an_order_is_refused(string json) => AssertFault(json, "");

    [Fact]
    public void A_document_that_is_not_UTF8_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Document());
        bytes[bytes.AsSpan().IndexOf("c-1"u8)] = 0xff;
        Assert.False(OrderReader.TryRead(bytes, out _, out var faults));
        Assert.Equal("must be UTF-8", Assert.Single(faults).Message);
    }

    [Fact]
    public void A_document_over_the_limit_is_refused_before_it_is_parsed()
    {
        Assert.False(OrderReader.TryRead(new byte[OrderReader.MaximumBytes + 1], out _, out var faults));
        Assert.Equal($"must be at most {OrderReader.MaximumBytes} bytes", Assert.Single(faults).Message);
    }

    [Fact]
    public void No_error_contains_the_payment_token()
    {
        Assert.False(Read(Document(payment: """{"token":"secret secret"}"""), out _, out var faults));
        Assert.DoesNotContain(faults, fault => fault.Message.Contains("secret", StringComparison.Ordinal));
    }

    private static string Lines(int count) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(i => Line.Replace("A1", $"A{i.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)))}]";

    private static string Document(string orderId = "\"o-1\"", string customerId = "\"c-1\"", string currency = "\"EUR\"", string lines = $"[{Line}]", string payment = """{"token":"tok_ok"}""") =>
        $$"""{"orderId":{{orderId}},"customerId":{{customerId}},"currency":{{currency}},"lines":{{lines}},"payment":{{payment}}}""";

    private static bool Read(string json, out NewOrder? order, out IReadOnlyList<Fault> faults) =>
        OrderReader.TryRead(Encoding.UTF8.GetBytes(json), out order, out faults);

    private static void AssertFault(string json, string path)
    {
        Assert.False(Read(json, out var order, out var faults));
        Assert.Null(order);
        Assert.Contains(faults, fault => fault.Path == path);
        Assert.All(faults, fault => Assert.NotEmpty(fault.Message));
    }
}
