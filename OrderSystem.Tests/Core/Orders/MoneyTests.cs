using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core.Orders;

public class MoneyTests
{
    [Property]
    public bool Scaling_does_not_change_the_amount(int cents) => Currency.Scale(cents / 100m, "EUR") == cents / 100m;

    [Property]
    public bool Scaling_gives_every_amount_its_currencys_decimals(int units) =>
        Currency.Scale(units, "EUR").Scale == 2 && Currency.Scale(units, "JPY").Scale == 0 && Currency.Scale(units, "KWD").Scale == 3;

    [Theory]
    [InlineData("9.950", "EUR", "9.95")]
    [InlineData("2.00000000000000000", "JPY", "2")]
    [InlineData("1.5", "KWD", "1.500")]
    [InlineData("0.000", "EUR", "0.00")]
    public void An_amount_is_written_with_its_currencys_decimal_places(string given, string currency, string written) =>
        Assert.Equal(written, Currency.Scale(decimal.Parse(given, CultureInfo.InvariantCulture), currency).ToString(CultureInfo.InvariantCulture));

    [Property]
    public bool Scaling_is_idempotent(int tenths) =>
        decimal.GetBits(Currency.Scale(tenths / 10m, "USD")).SequenceEqual(decimal.GetBits(Currency.Scale(Currency.Scale(tenths / 10m, "USD"), "USD")));

    [Property]
    public Property An_orders_total_is_the_exact_sum_of_its_lines() => Prop.ForAll(
        Gen.Choose(1, 10_000).Zip(Gen.Choose(0, int.MaxValue)).ListOf().Where(lines => lines.Count is > 0 and <= 100).ToArbitrary(),
        lines =>
        {
            var order = Sample.Order(lines: [.. lines.Select((line, i) => new OrderLine($"s{i}", line.Item1, line.Item2 / 100m))]);
            var cents = lines.Aggregate(System.Numerics.BigInteger.Zero, (sum, line) => sum + ((System.Numerics.BigInteger)line.Item1 * line.Item2));
            return order.Total * 100m == (decimal)cents && order.Total.Scale == 2 && OrderRules.Check(order).Count == 0;
        });

    [Fact]
    public void The_maximum_total_is_exact()
    {
        var lines = Enumerable.Range(0, 100).Select(i => new OrderLine($"s{i}", OrderRules.MaximumQuantity, OrderRules.MaximumUnitPrice)).ToArray();
        Assert.Equal(1_000_000_000_000_000m, Sample.Order(lines: lines).Total);
    }

    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("JPY", 0)]
    [InlineData("BHD", 3)]
    public void A_known_currency_has_its_decimal_places(string code, int decimals)
    {
        Assert.True(Currency.TryGetDecimals(code, out var actual));
        Assert.Equal(decimals, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("eur")]
    [InlineData("XAU")]
    [InlineData("DEM")]
    public void An_unknown_currency_has_no_decimal_places(string code) => Assert.False(Currency.TryGetDecimals(code, out _));

    [Fact]
    public void ToString_never_contains_the_payment_token()
    {
        Assert.Equal("***", new PaymentToken("tok_secret").ToString());
        Assert.DoesNotContain("tok_secret", Sample.Order(token: "tok_secret").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("tok_secret", new NewOrder(null, "c", [], "EUR", new PaymentToken("tok_secret")).ToString(), StringComparison.Ordinal);
    }
}
