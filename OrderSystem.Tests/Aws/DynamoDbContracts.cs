using Amazon.DynamoDBv2.Model;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Contracts;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Aws;

[Collection(OrderTables.Name)]
public sealed class DynamoDbOrderStoreTests(OrderTablesFixture dynamoDb) : OrderStoreContract
{
    protected override IOrderStore Orders { get; } = new DynamoDbOrderStore(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);

    [Fact]
    public async Task An_order_is_in_the_partition_of_its_status()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        Assert.Equal(StatusShards.Key(OrderStatus.Pending, order.OrderId), await ShardAsync(order.OrderId));
        Assert.True(await Orders.TryUpdateAsync((order with { Status = OrderStatus.Paid }).Next(Sample.Noon), Cancellation));
        Assert.Equal(StatusShards.Key(OrderStatus.Paid, order.OrderId), await ShardAsync(order.OrderId));
    }

    /// <summary>
    /// The test writes items as earlier releases may have left them. The first item is in the partition that a different
    /// number of partitions would give. In the second item, the status has changed, but the partition is still the
    /// partition of the old status.
    /// </summary>
    [Fact]
    public async Task An_order_is_listed_from_any_partition_but_not_under_an_old_status()
    {
        var order = Sample.Order(customerId: Sample.Id("c"), createdAt: Sample.Noon.AddYears(1)) with { Status = OrderStatus.Paid };
        var item = OrderItem.Write(order);
        item[StatusShards.Attribute].S = StatusShards.Key(OrderStatus.Paid, (StatusShards.Of(order.OrderId, StatusShards.Count) + 1) % StatusShards.Count);
        await dynamoDb.Client.PutItemAsync(dynamoDb.Tables.Orders, item, Cancellation);
        Assert.Equal(order.OrderId, (await NewestAsync(OrderStatus.Paid)).OrderId);
        item["status"].S = nameof(OrderStatus.Reserved);
        await dynamoDb.Client.PutItemAsync(dynamoDb.Tables.Orders, item, Cancellation);
        Assert.NotEqual(order.OrderId, (await NewestAsync(OrderStatus.Paid)).OrderId);

        async Task<Order> NewestAsync(OrderStatus status)
        {
            await Orders.InsertAsync(Sample.Order(createdAt: Sample.Noon.AddMonths(1)) with { Status = status }, Cancellation);
            return (await Orders.ListAsync(new OrderQuery(null, status, 1, null), Cancellation)).Orders[0];
        }
    }

    private async Task<string> ShardAsync(string orderId) =>
        (await dynamoDb.Client.GetItemAsync(dynamoDb.Tables.Orders, new() { ["orderId"] = new AttributeValue(orderId) }, Cancellation)).Item[StatusShards.Attribute].S;
}

[Collection(OrderTables.Name)]
public sealed class DynamoDbPaymentTokensTests(OrderTablesFixture dynamoDb) : PaymentTokensContract
{
    protected override IPaymentTokens Tokens { get; } = new DynamoDbPaymentTokens(dynamoDb.Client, dynamoDb.Tables);

    protected override IOrderStore Orders { get; } = new DynamoDbOrderStore(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);

    [Fact]
    public async Task A_token_expires_30_days_after_its_order_was_created()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        var item = await dynamoDb.Client.GetItemAsync(dynamoDb.Tables.PaymentTokens, new() { ["orderId"] = new AttributeValue(order.OrderId) }, Cancellation);
        Assert.Equal(order.CreatedAt.AddDays(30).ToUnixTimeSeconds(), long.Parse(item.Item["expiresAt"].N, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_order_stored_with_its_token_by_an_older_version_is_still_read()
    {
        var order = Sample.Order(token: "tok_before");
        var item = OrderItem.Write(order);
        item.Remove("paymentFingerprint");
        item["paymentToken"] = new AttributeValue("tok_before");
        await dynamoDb.Client.PutItemAsync(dynamoDb.Tables.Orders, item, Cancellation);
        Assert.Equal("tok_before", (await Tokens.FindAsync(order.OrderId, Cancellation))?.Secret);
        var stored = (await Orders.FindAsync(order.OrderId, Cancellation))!;
        Assert.Null(stored.Payment);
        Assert.True(stored.AsksTheSameAs(order));
        Assert.False(stored.AsksTheSameAs(Sample.Order(order.OrderId, token: "tok_other")));
    }
}

[Collection(OrderTables.Name)]
public sealed class DynamoDbInventoryTests(OrderTablesFixture dynamoDb) : InventoryContract
{
    protected override IInventory Inventory { get; } = new DynamoDbInventory(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);
}

[Collection(OrderTables.Name)]
public sealed class DynamoDbPaymentLedgerTests(OrderTablesFixture dynamoDb) : PaymentLedgerContract
{
    protected override IPaymentLedger Ledger { get; } = new DynamoDbPaymentLedger(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);

    protected override IPaymentLedger LedgerAt(TimeProvider time) => new DynamoDbPaymentLedger(dynamoDb.Client, dynamoDb.Tables, time);
}
