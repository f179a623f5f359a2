using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Core.Orders;

public class PageCursorTests
{
    private static readonly PagePosition Position = new(Sample.Noon.AddTicks(7), "o-1");

    [Property]
    public bool A_written_cursor_can_be_read_again(PositiveInt ticks, Guid id)
    {
        var position = new PagePosition(Sample.Noon.AddTicks(ticks.Get), id.ToString());
        return PageCursor.TryRead(PageCursor.Write(position, "c@x.org:1", null), "c@x.org:1", null, out var read) && read == position;
    }

    [Property]
    public Property A_cursor_with_any_changed_character_is_refused()
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
    public bool Arbitrary_text_is_refused(string? text) => !PageCursor.TryRead(text ?? "", "c-1", null, out _);

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
    public void A_cursor_with_an_invalid_order_id_is_refused(string orderId) =>
        Assert.False(PageCursor.TryRead(PageCursor.Write(new PagePosition(Sample.Noon, orderId), "c-1", null), "c-1", null, out _));

    [Fact]
    public void A_truncated_cursor_is_refused()
    {
        var cursor = PageCursor.Write(Position, "c-1", null);
        for (var length = 0; length < cursor.Length; length++)
            Assert.False(PageCursor.TryRead(cursor[..length], "c-1", null, out _));
    }
}
