using System.Globalization;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every <see cref="IOrderStore"/> must pass. The test class of each adapter inherits from this class.
/// </summary>
public abstract class OrderStoreContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store to test, which may be empty or contain the orders of other tests.</summary>
    protected abstract IOrderStore Orders { get; }

    [Fact]
    public async Task An_order_reads_back_as_it_was_inserted()
    {
        var order = Sample.Order(currency: "KWD", lines: [new("A1", 10_000, 0.001m), new("B.2", 1, 999_999_999.999m), new("c_3", 3, 0m)]);
        var insertion = await Orders.InsertAsync(order, Cancellation);
        Assert.True(insertion.Inserted);
        AssertSame(order, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task A_listed_order_equals_the_stored_one()
    {
        var order = Sample.Order(customerId: Sample.Id("c"), currency: "KWD", lines: [new("A1", 10_000, 0.001m), new("B.2", 1, 999_999_999.999m)]);
        await Orders.InsertAsync(order, Cancellation);
        AssertListed(order, Assert.Single((await Orders.ListAsync(new OrderQuery(order.CustomerId, null, 10, null), Cancellation)).Orders));
        var rejected = (order with
        {
            Status = OrderStatus.Rejected,
            Reason = RejectionReason.InsufficientStock,
            Refunded = true,
            NotifiedAt = Sample.Noon.AddSeconds(1)
        }).Next(Sample.Noon.AddSeconds(2));
        Assert.True(await Orders.TryUpdateAsync(rejected, Cancellation));
        AssertListed(rejected, Assert.Single((await Orders.ListAsync(new OrderQuery(order.CustomerId, OrderStatus.Rejected, 10, null), Cancellation)).Orders));
        AssertListed(rejected, Assert.Single((await Orders.ListAsync(new OrderQuery(null, OrderStatus.Rejected, 100, null), Cancellation)).Orders, listed => listed.OrderId == order.OrderId));
    }

    [Fact]
    public async Task Neither_inserts_nor_reads_return_the_payment_token()
    {
        var order = Sample.Order(customerId: Sample.Id("c"));
        Assert.Null((await Orders.InsertAsync(order, Cancellation)).Order.Payment);
        Assert.Null((await Orders.InsertAsync(order, Cancellation)).Order.Payment);
        var found = (await Orders.FindAsync(order.OrderId, Cancellation))!;
        Assert.Null(found.Payment);
        Assert.True(found.AsksTheSameAs(order));
        Assert.False(found.AsksTheSameAs(Sample.Order(order.OrderId, order.CustomerId, token: "tok_other")));
        Assert.Null(Assert.Single((await Orders.ListAsync(new OrderQuery(order.CustomerId, null, 10, null), Cancellation)).Orders).Payment);
    }

    [Fact]
    public async Task Find_returns_null_for_an_unknown_order() => Assert.Null(await Orders.FindAsync(Sample.Id(), Cancellation));

    [Fact]
    public async Task An_insert_with_a_taken_id_returns_the_first_order_and_changes_nothing()
    {
        var first = Sample.Order();
        await Orders.InsertAsync(first, Cancellation);
        var (stored, inserted) = await Orders.InsertAsync(Sample.Order(first.OrderId, customerId: "other"), Cancellation);
        Assert.False(inserted);
        AssertSame(first, stored);
        AssertSame(first, await Orders.FindAsync(first.OrderId, Cancellation));
    }

    [Fact]
    public async Task Exactly_one_of_several_concurrent_inserts_wins()
    {
        var orderId = Sample.Id();
        var insertions = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Orders.InsertAsync(Sample.Order(orderId, customerId: $"c-{i}"), Cancellation)));
        var winner = Assert.Single(insertions, insertion => insertion.Inserted).Order;
        Assert.All(insertions, insertion => Assert.Equal(winner.CustomerId, insertion.Order.CustomerId));
    }

    [Fact]
    public async Task An_update_of_the_current_version_replaces_status_reason_and_flags()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        var next = (order with { Status = OrderStatus.Rejected, Reason = RejectionReason.InsufficientStock, Refunded = true, NotifiedAt = Sample.Noon.AddSeconds(1) }).Next(Sample.Noon.AddSeconds(2));
        Assert.True(await Orders.TryUpdateAsync(next, Cancellation));
        AssertSame(next, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task An_update_of_an_older_version_is_refused()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        var validated = (order with { Status = OrderStatus.Validated }).Next(Sample.Noon);
        Assert.True(await Orders.TryUpdateAsync(validated, Cancellation));
        Assert.False(await Orders.TryUpdateAsync((order with { Status = OrderStatus.Rejected }).Next(Sample.Noon), Cancellation));
        AssertSame(validated, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task An_update_of_an_unknown_order_is_refused_and_creates_nothing()
    {
        var order = Sample.Order();
        Assert.False(await Orders.TryUpdateAsync(order.Next(Sample.Noon), Cancellation));
        Assert.Null(await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task Exactly_one_of_several_concurrent_updates_wins()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        var next = (order with { Status = OrderStatus.Validated }).Next(Sample.Noon);
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Orders.TryUpdateAsync(next, Cancellation)));
        Assert.Single(results, won => won);
    }

    [Fact]
    public async Task Pages_list_a_customers_orders_once_each_newest_first()
    {
        var customer = Sample.Id("c");
        var inserted = await InsertAsync(customer, 7);
        var pages = await PagesAsync(new OrderQuery(customer, null, 3, null));
        Assert.Equal(inserted.Reverse(), pages.SelectMany(page => page).Select(order => order.OrderId));
        Assert.All(pages, page => Assert.True(page.Count <= 3));
    }

    [Fact]
    public async Task Orders_created_at_the_same_time_are_all_listed()
    {
        var customer = Sample.Id("c");
        for (var i = 0; i < 5; i++)
            await Orders.InsertAsync(Sample.Order(customerId: customer), Cancellation);
        var listed = (await PagesAsync(new OrderQuery(customer, null, 2, null))).SelectMany(page => page).Select(order => order.OrderId).ToList();
        Assert.Equal(5, listed.Distinct().Count());
        Assert.Equal(5, listed.Count);
    }

    [Fact]
    public async Task Pages_list_a_customers_orders_of_one_status()
    {
        var customer = Sample.Id("c");
        var inserted = await InsertAsync(customer, 9);
        foreach (var orderId in inserted.Where((_, i) => i % 3 == 0))
        {
            var order = (await Orders.FindAsync(orderId, Cancellation))!;
            Assert.True(await Orders.TryUpdateAsync((order with { Status = OrderStatus.Completed }).Next(Sample.Noon), Cancellation));
        }

        var pages = await PagesAsync(new OrderQuery(customer, OrderStatus.Completed, 2, null));
        Assert.Equal([inserted[6], inserted[3], inserted[0]], pages.SelectMany(page => page).Select(order => order.OrderId));
    }

    [Fact]
    public async Task Orders_of_a_status_are_listed_newest_first()
    {
        var customer = Sample.Id("c");
        var inserted = await InsertAsync(customer, 3);
        var pages = await PagesAsync(new OrderQuery(null, OrderStatus.Pending, 2, null));
        Assert.Equal(inserted.Reverse(), pages.SelectMany(page => page).Where(order => order.CustomerId == customer).Select(order => order.OrderId));
    }

    [Fact]
    public async Task Pages_list_many_orders_of_one_status_once_each()
    {
        var customer = Sample.Id("c");
        var inserted = new List<Order>();
        for (var i = 0; i < 60; i++)
            inserted.Add((await Orders.InsertAsync(Sample.Order(customerId: customer, createdAt: Sample.Noon.AddTicks(i / 3)) with { Status = OrderStatus.Validated }, Cancellation)).Order);
        var pages = await PagesAsync(new OrderQuery(null, OrderStatus.Validated, 7, null));
        var listed = pages.SelectMany(page => page).ToList();
        Assert.All(pages, page => Assert.InRange(page.Count, 0, 7));
        Assert.Equal(listed.OrderByDescending(order => order.CreatedAt).Select(order => order.CreatedAt), listed.Select(order => order.CreatedAt));
        Assert.Equal(inserted.Select(order => order.OrderId).Order(), listed.Where(order => order.CustomerId == customer).Select(order => order.OrderId).Order());
    }

    [Fact]
    public async Task An_unknown_customer_has_an_empty_page()
    {
        var page = await Orders.ListAsync(new OrderQuery(Sample.Id("c"), null, 10, null), Cancellation);
        Assert.Empty(page.Orders);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task The_largest_valid_order_is_stored_exactly()
    {
        var order = Sample.Largest();
        Assert.Empty(OrderRules.Check(order));
        await Orders.InsertAsync(order, Cancellation);
        AssertSame(order, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task Pages_list_the_largest_orders_once_each()
    {
        var customer = Sample.Id("c");
        var inserted = new List<string>();
        for (var i = 0; i < 60; i++)
            inserted.Add((await Orders.InsertAsync(Sample.Largest(customer, Sample.Noon.AddSeconds(i)), Cancellation)).Order.OrderId);
        var pages = await PagesAsync(new OrderQuery(customer, null, 50, null));
        Assert.Equal(inserted.AsEnumerable().Reverse(), pages.SelectMany(page => page).Select(order => order.OrderId));
        Assert.All(pages, page => Assert.InRange(page.Count, 0, 50));
    }

    [Fact]
    public async Task Customer_ids_differ_by_case_and_by_script()
    {
        var stem = Sample.Id("c");
        string[] customers = [stem + "a", stem + "A", stem + "ä", stem + "a\u0308", stem + "客户🛒"];
        foreach (var customer in customers)
            await Orders.InsertAsync(Sample.Order(customerId: customer), Cancellation);
        foreach (var customer in customers)
            Assert.Equal(customer, Assert.Single((await Orders.ListAsync(new OrderQuery(customer, null, 10, null), Cancellation)).Orders).CustomerId);
    }

    [Fact]
    public async Task A_cancelled_call_throws()
    {
        var cancelled = new CancellationToken(canceled: true);
        var order = Sample.Order();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orders.InsertAsync(order, cancelled));
        Assert.Null(await Orders.FindAsync(order.OrderId, Cancellation));
        await Orders.InsertAsync(order, Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orders.TryUpdateAsync(order.Next(Sample.Noon), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orders.FindAsync(order.OrderId, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orders.ListAsync(new OrderQuery(order.CustomerId, null, 10, null), cancelled));
        AssertSame(order, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Theory]
    [InlineData("客户 Ωé")]
    [InlineData("🛒 \u200d\u0301 \"'\\ ; --")]
    public async Task Text_of_any_script_is_stored_exactly(string text)
    {
        var order = Sample.Order(customerId: text + Sample.Id(), lines: [new(text, 1, 1m)]);
        await Orders.InsertAsync(order, Cancellation);
        AssertSame(order, await Orders.FindAsync(order.OrderId, Cancellation));
        AssertListed(order, Assert.Single((await Orders.ListAsync(new OrderQuery(order.CustomerId, null, 10, null), Cancellation)).Orders));
    }

    [Theory]
    [InlineData("JPY", "7")]
    [InlineData("EUR", "0.01")]
    [InlineData("EUR", "999999999.99")]
    [InlineData("KWD", "123456789.123")]
    [InlineData("KWD", "0.100")]
    public async Task Amounts_are_exact_to_their_last_decimal_place(string currency, string price)
    {
        var order = Sample.Order(currency: currency, lines: [new("A1", 9_999, decimal.Parse(price, CultureInfo.InvariantCulture))]);
        await Orders.InsertAsync(order, Cancellation);
        AssertSame(order, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task A_process_whose_clock_is_behind_can_still_update_the_order()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        var next = (order with { Status = OrderStatus.Validated }).Next(order.CreatedAt.AddHours(-1));
        Assert.True(await Orders.TryUpdateAsync(next, Cancellation));
        AssertSame(next, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task Orders_inserted_between_two_pages_hide_no_other_order()
    {
        var customer = Sample.Id("c");
        var inserted = await InsertAsync(customer, 6);
        var first = await Orders.ListAsync(new OrderQuery(customer, null, 3, null), Cancellation);
        await Orders.InsertAsync(Sample.Order(customerId: customer, createdAt: Sample.Noon.AddMinutes(1)), Cancellation);
        await Orders.InsertAsync(Sample.Order(customerId: customer, createdAt: Sample.Noon.AddMinutes(-1)), Cancellation);
        var second = await Orders.ListAsync(new OrderQuery(customer, null, 10, first.Next), Cancellation);
        Assert.Equal(inserted.Reverse(), first.Orders.Concat(second.Orders).Select(order => order.OrderId).Where(inserted.Contains));
    }

    [Fact]
    public async Task A_page_position_that_matches_no_order_is_still_valid()
    {
        var customer = Sample.Id("c");
        var ids = await InsertAsync(customer, 3);
        var everywhere = new[] { Sample.Noon.AddYears(-100), Sample.Noon.AddYears(100), DateTimeOffset.MinValue, DateTimeOffset.MaxValue };
        foreach (var at in everywhere)
        {
            var page = await Orders.ListAsync(new OrderQuery(customer, null, 10, new PagePosition(at, "nowhere")), Cancellation);
            Assert.Equal(at > Sample.Noon ? ids.Count : 0, page.Orders.Count);
        }
    }

    [Fact]
    public async Task Pages_find_every_order_of_a_rare_status()
    {
        var customer = Sample.Id("c");
        for (var i = 0; i < 130; i++)
            await Orders.InsertAsync(
                Sample.Order($"{customer}-{i:000}", customer,
                createdAt: Sample.Noon.AddSeconds(i)) with
                { Status = i % 43 == 0 ? OrderStatus.Rejected : OrderStatus.Completed }, Cancellation);
        var pages = await PagesAsync(new OrderQuery(customer, OrderStatus.Rejected, 2, null));
        Assert.Equal(["129", "086", "043", "000"], pages.SelectMany(page => page).Select(order => order.OrderId[^3..]));
        Assert.All(pages, page => Assert.InRange(page.Count, 0, 2));
    }

    private async Task<IReadOnlyList<string>> InsertAsync(string customer, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var order = Sample.Order(customerId: customer, createdAt: Sample.Noon.AddTicks(i));
            await Orders.InsertAsync(order, Cancellation);
            ids.Add(order.OrderId);
        }

        return ids;
    }

    private async Task<List<IReadOnlyList<Order>>> PagesAsync(OrderQuery query)
    {
        var pages = new List<IReadOnlyList<Order>>();
        for (var next = query; ;)
        {
            var page = await Orders.ListAsync(next, Cancellation);
            pages.Add(page.Orders);
            if (page.Next is null)
                return pages;
            Assert.True(PageCursor.TryRead(PageCursor.Write(page.Next, query.CustomerId, query.Status), query.CustomerId, query.Status, out var after));
            next = query with { After = after };
        }
    }

    /// <summary>
    /// Asserts that a listed order contains only what clients may see: neither its payment token nor its trace context.
    /// </summary>
    private static void AssertListed(Order expected, Order actual) =>
        AssertSame(expected with { PaymentFingerprint = actual.PaymentFingerprint, TraceParent = actual.TraceParent, TraceState = actual.TraceState }, actual);

    internal static void AssertSame(Order expected, Order? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Lines, actual.Lines);
        Assert.Equal(expected.WithoutToken() with { Lines = actual.Lines }, actual);
        Assert.Equal(expected.Total.Scale, actual.Total.Scale);
    }
}
