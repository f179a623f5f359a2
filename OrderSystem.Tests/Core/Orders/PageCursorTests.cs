using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core.Orders;

public class PageCursorTests
{
    private static readonly PagePosition Position = new(Sample.Noon.AddTicks(7), "o-1");

    [Property]
    public bool What_is_written_reads_back(PositiveInt ticks, Guid id)
    {
        var position = new PagePosition(Sample.Noon.AddTicks(ticks.Get), id.ToString());
        return PageCursor.TryRead(PageCursor.Write(position, "c@x.org:1", null), "c@x.org:1", null, out var read) && read == position;
    }

    [Property]
    public Property Any_other_character_anywhere_is_refused()
    {
        var cursor = PageCursor.Write(Position, "c-1", null);
        return Prop.ForAll(Gen.Choose(0, cursor.Length - 1).Zip(Gen.Elements("ABCxyz019-_".ToCharArray())).ToArbitrary(), change =>
        {
            var damaged = cursor.ToCharArray();
            damaged[change.Item1] = change.Item2;
            return new string(damaged) == cursor || !PageCursor.TryRead(new string(damaged), "c-1", null, out _);
        });
    }

    [Property]
    public bool Text_that_no_page_gave_out_is_refused(string? text) => !PageCursor.TryRead(text ?? "", "c-1", null, out _);

    [Fact]
    public void A_cursor_of_another_query_is_refused()
    {
        var cursor = PageCursor.Write(Position, "c-1", OrderStatus.Paid);
        Assert.True(PageCursor.TryRead(cursor, "c-1", OrderStatus.Paid, out _));
        Assert.False(PageCursor.TryRead(cursor, "c-2", OrderStatus.Paid, out _));
        Assert.False(PageCursor.TryRead(cursor, "c-1", OrderStatus.Pending, out _));
        Assert.False(PageCursor.TryRead(cursor, "c-1", null, out _));
        Assert.False(PageCursor.TryRead(cursor, null, OrderStatus.Paid, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("o 1")]
    [InlineData("o-1|0|c-2")]
    [InlineData("../o-1")]
    public void A_cursor_to_what_is_no_order_is_refused(string orderId) =>
        Assert.False(PageCursor.TryRead(PageCursor.Write(new PagePosition(Sample.Noon, orderId), "c-1", null), "c-1", null, out _));

    [Fact]
    public void A_cut_cursor_is_refused()
    {
        var cursor = PageCursor.Write(Position, "c-1", null);
        for (var length = 0; length < cursor.Length; length++)
            Assert.False(PageCursor.TryRead(cursor[..length], "c-1", null, out _));
    }
}
