using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>Orders in the Orders table, listed through its two indexes. The indexes are eventually consistent.</summary>
public sealed class DynamoDbOrderStore(IAmazonDynamoDB client, TableNames tables, TimeProvider time) : IOrderStore
{
    // Limits the number of queries for one page. If few of a customer's orders have the requested status, a page could
    // otherwise require reading all of the customer's orders.
    private const int MaximumQueriesPerPage = 10;
    private const int FilteredPerQuery = 100;

    // Concurrent inserts with the same order id can cancel each other's transactions. Random pauses spread out the
    // retries.
    private const int MaximumConflicts = 6;

    /// <inheritdoc />
    public Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        var put = new Put { TableName = tables.Orders, Item = OrderItem.Write(order), ConditionExpression = "attribute_not_exists(orderId)" };
        List<TransactWriteItem> items = order.Payment is { } token ? [new() { Put = put }, new() { Put = DynamoDbPaymentTokens.Put(tables, order, token) }] : [new() { Put = put }];
        for (var conflicts = 0; ;)
        {
            try
            {
                await client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, cancellationToken);
                return new Insertion(order.WithoutToken(), Inserted: true);
            }
            catch (TransactionCanceledException e)
            {
                // Do not use the item that the exception contains, because this item may be out of date. A consistent
                // read returns the order's current version.
                if (await ReadAsync(order.OrderId, cancellationToken) is { } first)
                    return new Insertion(first, Inserted: false);
                if (e.CancellationReasons?.Any(reason => reason.Code == "ConditionalCheckFailed") == true)
                    throw new InvalidOperationException($"Order {order.OrderId} exists but can't be read.", e);
                if (++conflicts > MaximumConflicts)
                    throw new TimeoutException($"too many concurrent inserts of order {order.OrderId}", e);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << conflicts)), time, cancellationToken);
        }
    });

    /// <inheritdoc />
    public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken) => CallAsync(() => ReadAsync(orderId, cancellationToken));

    /// <inheritdoc />
    public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        var values = new Dictionary<string, AttributeValue>
        {
            [":status"] = Attributes.S(order.Status.ToString()),
            [":statusShard"] = Attributes.S(StatusShards.Key(order.Status, order.OrderId)),
            [":updatedAt"] = Attributes.Time(order.UpdatedAt),
            [":version"] = Attributes.N(order.Version),
            [":before"] = Attributes.N(order.Version - 1),
        };
        var set = "SET #status = :status, statusShard = :statusShard, updatedAt = :updatedAt, version = :version";
        void Also(string attribute, AttributeValue? value)
        {
            if (value is null)
                return;
            set += $", {attribute} = :{attribute}";
            values[$":{attribute}"] = value;
        }

        Also("reason", order.Reason is { } reason ? Attributes.S(reason.Name()) : null);
        Also("refunded", order.Refunded ? new AttributeValue { BOOL = true } : null);
        Also("notifiedAt", order.NotifiedAt is { } notifiedAt ? Attributes.Time(notifiedAt) : null);
        try
        {
            await client.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = tables.Orders,
                Key = Key(order.OrderId),
                UpdateExpression = set,
                ConditionExpression = "version = :before",
                ExpressionAttributeNames = new() { ["#status"] = "status" },
                ExpressionAttributeValues = values,
            }, cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    });

    /// <inheritdoc />
    public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken) => CallAsync(() => query switch
    {
        { CustomerId: { } customerId } => ListAsync(customerId, query, cancellationToken),
        { Status: { } status } => new PartitionMerge<Dictionary<string, AttributeValue>>(StatusShards.Count, (shard, from, limit, token) => ReadAsync(status, shard, query.After, from, limit, token))
            .PageAsync(query.Limit, query.After, cancellationToken),
        _ => throw new ArgumentException("The query must name a customer, a status, or both.", nameof(query)),
    });

    private async Task<OrderPage> ListAsync(string customerId, OrderQuery query, CancellationToken cancellationToken)
    {
        var request = Request(customerId, query);
        var orders = new List<Order>(query.Limit);
        for (var queries = 1; ; queries++)
        {
            var response = await client.QueryAsync(request, cancellationToken);
            var found = (response.Items ?? []).Select(OrderItem.Read).ToList();
            var missing = query.Limit - orders.Count;
            orders.AddRange(found.Take(missing));
            if (found.Count > missing)
                return new OrderPage(orders, new PagePosition(orders[^1].CreatedAt, orders[^1].OrderId));
            if (response.LastEvaluatedKey is not { Count: > 0 } last)
                return new OrderPage(orders, Next: null);
            if (orders.Count == query.Limit || queries == MaximumQueriesPerPage)
                return new OrderPage(orders, new PagePosition(last.Time("createdAt"), last.Text("orderId")));
            request.ExclusiveStartKey = last;
        }
    }

    private async Task<(IReadOnlyList<Order> Orders, Dictionary<string, AttributeValue>? Next)> ReadAsync(
        OrderStatus status, int shard, PagePosition? after, Dictionary<string, AttributeValue>? from, int limit, CancellationToken cancellationToken)
    {
        var request = new QueryRequest
        {
            TableName = tables.Orders,
            IndexName = TableNames.ByStatusShard,
            KeyConditionExpression = "statusShard = :statusShard",
            ExpressionAttributeValues = new() { [":statusShard"] = Attributes.S(StatusShards.Key(status, shard)) },
            ScanIndexForward = false,
            Limit = limit,
            ExclusiveStartKey = from,
        };
        if (after is not null)
        {
            request.KeyConditionExpression += " AND createdAt <= :after";
            request.ExpressionAttributeValues[":after"] = Attributes.Time(after.CreatedAt);
        }

        var response = await client.QueryAsync(request, cancellationToken);
        // A process of an earlier release changes the status but not statusShard, so the index may return orders under an
        // old status.
        var orders = (response.Items ?? []).Select(OrderItem.Read).Where(order => order.Status == status).ToList();
        return (orders, response.LastEvaluatedKey is { Count: > 0 } next ? next : null);
    }

    private async Task<Order?> ReadAsync(string orderId, CancellationToken cancellationToken)
    {
        var response = await client.GetItemAsync(new GetItemRequest { TableName = tables.Orders, Key = Key(orderId), ConsistentRead = true }, cancellationToken);
        return response.Item is { Count: > 0 } item ? OrderItem.Read(item) : null;
    }

    private QueryRequest Request(string customerId, OrderQuery query)
    {
        var request = new QueryRequest
        {
            TableName = tables.Orders,
            IndexName = TableNames.ByCustomer,
            KeyConditionExpression = "customerId = :customerId",
            ExpressionAttributeValues = new() { [":customerId"] = Attributes.S(customerId) },
            ScanIndexForward = false,
            // DynamoDB applies the limit before the filter. Often only a few items match the filter, so use a limit that does not
            // depend on the requested page size.
            Limit = query.Status is null ? query.Limit : FilteredPerQuery,
        };
        if (query.Status is { } status)
        {
            request.FilterExpression = "#status = :status";
            request.ExpressionAttributeNames = new() { ["#status"] = "status" };
            request.ExpressionAttributeValues[":status"] = Attributes.S(status.ToString());
        }

        if (query.After is { } after)
        {
            request.ExclusiveStartKey = Key(after.OrderId);
            request.ExclusiveStartKey["createdAt"] = Attributes.Time(after.CreatedAt);
            // The cursor never sets the index's partition key; the key always comes from the query.
            request.ExclusiveStartKey["customerId"] = request.ExpressionAttributeValues[":customerId"];
        }

        return request;
    }

    private static Dictionary<string, AttributeValue> Key(string orderId) => new() { ["orderId"] = Attributes.S(orderId) };

    private static Task<T> CallAsync<T>(Func<Task<T>> call) => StoreCall.RunAsync("The order store (DynamoDB)", call);
}
