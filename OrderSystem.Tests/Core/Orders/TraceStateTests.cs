using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core.Orders;

public class TraceStateTests
{
    private static readonly string Long = "long=" + new string('x', 200);

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1, b=2 ,,c@d=3", "a=1,b=2,c@d=3")]
    [InlineData("a=1,b=\u00e9,c=3", "a=1,c=3")]
    [InlineData("a=1\r\nx: y,c=3", "c=3")]
    [InlineData("no entry,=1", null)]
    public void Only_entries_that_are_valid_in_a_header_are_kept(string? given, string? kept) => Assert.Equal(kept, TraceState.Limit(given));

    [Fact]
    public void Long_entries_within_the_limit_are_kept() => Assert.Equal(Long, TraceState.Limit(Long));

    [Fact]
    public void Above_the_limit_long_entries_are_dropped_first()
    {
        var shorts = string.Join(',', Enumerable.Range(0, 40).Select(i => $"k{i:00}=12345"));
        Assert.Equal(shorts, TraceState.Limit($"{Long},{shorts},{Long}"));
    }

    [Fact]
    public void Above_the_limit_entries_at_the_end_are_dropped_next()
    {
        var entries = Enumerable.Range(0, 1000).Select(i => $"k{i:000}=1").ToArray();
        var kept = TraceState.Limit(string.Join(',', entries))!;
        Assert.InRange(kept.Length, TraceState.MaximumLength - entries[0].Length, TraceState.MaximumLength);
        Assert.Equal(entries.Take(kept.Split(',').Length), kept.Split(','));
    }

    [Fact]
    public void A_single_oversized_entry_is_dropped() => Assert.Null(TraceState.Limit("a=" + new string('x', 100_000)));
}
