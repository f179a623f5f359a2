using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>
/// Payment tokens in the PaymentTokens table, which only a few functions are allowed to read. A token that is never
/// deleted expires after 30 days.
/// </summary>
public sealed class DynamoDbPaymentTokens(IAmazonDynamoDB client, TableNames tables) : IPaymentTokens
{
    private const string Token = "token";

    // A token must be kept until its order is processed. An order may wait in the dead-letter queue for 14 days.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <inheritdoc />
    public Task<PaymentToken?> FindAsync(string orderId, CancellationToken cancellationToken) => CallAsync(async () =>
        await ReadAsync(tables.PaymentTokens, Token, orderId, cancellationToken)
        // Orders placed before this table existed contain their payment token.
        ?? await ReadAsync(tables.Orders, OrderItem.Token, orderId, cancellationToken));

    /// <inheritdoc />
    public Task DeleteAsync(string orderId, CancellationToken cancellationToken) => CallAsync(() =>
        client.DeleteItemAsync(new DeleteItemRequest { TableName = tables.PaymentTokens, Key = Key(orderId) }, cancellationToken));

    /// <summary>Creates the action that stores an order's token, for the transaction that inserts the order.</summary>
    internal static Put Put(TableNames tables, Order order, PaymentToken token)
    {
        var item = Key(order.OrderId);
        item[Token] = Attributes.S(token.Secret);
        item["expiresAt"] = Attributes.N((order.CreatedAt + Lifetime).ToUnixTimeSeconds());
        return new Put { TableName = tables.PaymentTokens, Item = item };
    }

    private async Task<PaymentToken?> ReadAsync(string table, string attribute, string orderId, CancellationToken cancellationToken)
    {
        var response = await client.GetItemAsync(new GetItemRequest
        {
            TableName = table,
            Key = Key(orderId),
            ConsistentRead = true,
            ProjectionExpression = "#token",
            ExpressionAttributeNames = new() { ["#token"] = attribute },
        }, cancellationToken);
        return response.Item?.GetValueOrDefault(attribute)?.S is { } secret ? new PaymentToken(secret) : null;
    }

    private static Dictionary<string, AttributeValue> Key(string orderId) => new() { ["orderId"] = Attributes.S(orderId) };

    private static Task<T> CallAsync<T>(Func<Task<T>> call) => StoreCall.RunAsync("The payment tokens (DynamoDB)", call);
}
