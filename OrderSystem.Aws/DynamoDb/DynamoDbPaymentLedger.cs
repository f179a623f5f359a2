using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>
/// The payment ledger in the Payments table. Each order has an item <c>charge</c> and, after a refund, an item
/// <c>refund</c>. Every change is conditional on the state of the item <c>charge</c>.
/// </summary>
public sealed class DynamoDbPaymentLedger(IAmazonDynamoDB client, TableNames tables, TimeProvider time) : IPaymentLedger
{
    private const string Open = "attribute_not_exists(orderId) OR #state = :pending";

    /// <inheritdoc />
    public Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken) => ChangeAsync(
        orderId,
        "SET #state = :pending, amount = if_not_exists(amount, :amount), currency = if_not_exists(currency, :currency), startedAt = if_not_exists(startedAt, :now) ADD attempts :one",
        Open,
        new()
        {
            [":pending"] = Attributes.S(nameof(PaymentState.Pending)),
            [":amount"] = Attributes.N(amount),
            [":currency"] = Attributes.S(currency),
            [":one"] = Attributes.N(1),
            [":now"] = Attributes.Time(time.GetUtcNow()),
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, AttributeValue>
        {
            [":pending"] = Attributes.S(nameof(PaymentState.Pending)),
            [":state"] = Attributes.S(reference is null ? nameof(PaymentState.Declined) : nameof(PaymentState.Charged)),
        };
        var update = "SET #state = :state";
        if (reference is not null)
        {
            update += ", chargeReference = :reference, chargedAt = :now";
            values[":reference"] = Attributes.S(reference);
            values[":now"] = Attributes.Time(time.GetUtcNow());
        }

        return ChangeAsync(orderId, update, "#state = :pending", values, cancellationToken);
    }

    /// <inheritdoc />
    public Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken) => ChangeAsync(
        orderId,
        "SET #state = :voided, attempts = if_not_exists(attempts, :none), startedAt = if_not_exists(startedAt, :now)",
        Open,
        new()
        {
            [":pending"] = Attributes.S(nameof(PaymentState.Pending)),
            [":voided"] = Attributes.S(nameof(PaymentState.Voided)),
            [":none"] = Attributes.N(0),
            [":now"] = Attributes.Time(time.GetUtcNow()),
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        var now = Attributes.Time(time.GetUtcNow());
        var charge = new Update
        {
            TableName = tables.Payments,
            Key = Key(orderId, "charge"),
            UpdateExpression = "SET #state = :refunded, chargeReference = if_not_exists(chargeReference, :reference), chargedAt = if_not_exists(chargedAt, :now)",
            ConditionExpression = "#state IN (:charged, :voided, :declined)",
            ExpressionAttributeNames = StateName(),
            ExpressionAttributeValues = new()
            {
                [":refunded"] = Attributes.S(nameof(PaymentState.Refunded)),
                [":charged"] = Attributes.S(nameof(PaymentState.Charged)),
                [":voided"] = Attributes.S(nameof(PaymentState.Voided)),
                [":declined"] = Attributes.S(nameof(PaymentState.Declined)),
                [":reference"] = Attributes.S(chargeReference),
                [":now"] = now,
            },
        };
        var refund = Key(orderId, "refund");
        refund["refundReference"] = Attributes.S(refundReference);
        refund["refundedAt"] = now;
        try
        {
            await client.TransactWriteItemsAsync(new TransactWriteItemsRequest
            {
                TransactItems = [new() { Update = charge }, new() { Put = new Put { TableName = tables.Payments, Item = refund } }],
            }, cancellationToken);
        }
        catch (TransactionCanceledException e) when (e.CancellationReasons?.Any(reason => reason.Code == "ConditionalCheckFailed") == true)
        {
            // The condition also fails in a repeated call; the read below then finds the refund that the first call recorded.
        }
        catch (TransactionCanceledException e)
        {
            throw new StoreUnavailableException($"The refund of order {orderId} could not be recorded because of a concurrent change to its payment. Repeat the call.", e);
        }

        var payment = await ReadAsync(orderId, cancellationToken);
        return payment?.State == PaymentState.Refunded
            ? payment
            : throw new InvalidOperationException($"A refund of order {orderId} can't be recorded because the order's payment is {payment?.State.ToString() ?? "missing"}; call BeginRefundAsync first.");
    });

    /// <inheritdoc />
    public Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken) => CallAsync(() => ReadAsync(orderId, cancellationToken));

    private Task<Payment> ChangeAsync(string orderId, string update, string condition, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        try
        {
            var response = await client.UpdateItemAsync(new UpdateItemRequest
            {
                TableName = tables.Payments,
                Key = Key(orderId, "charge"),
                UpdateExpression = update,
                ConditionExpression = condition,
                ExpressionAttributeNames = StateName(),
                ExpressionAttributeValues = values,
                ReturnValues = ReturnValue.ALL_NEW,
            }, cancellationToken);
            return Read(response.Attributes, refund: null);
        }
        catch (ConditionalCheckFailedException e)
        {
            return await ReadAsync(orderId, cancellationToken)
                ?? throw new InvalidOperationException($"No payment has been started for order {orderId}.", e);
        }
    });

    private async Task<Payment?> ReadAsync(string orderId, CancellationToken cancellationToken)
    {
        var response = await client.QueryAsync(new QueryRequest
        {
            TableName = tables.Payments,
            KeyConditionExpression = "orderId = :orderId",
            ExpressionAttributeValues = new() { [":orderId"] = Attributes.S(orderId) },
            ConsistentRead = true,
        }, cancellationToken);
        var entries = (response.Items ?? []).ToDictionary(item => item.Text("entry"));
        return entries.TryGetValue("charge", out var charge) ? Read(charge, entries.GetValueOrDefault("refund")) : null;
    }

    private static Payment Read(Dictionary<string, AttributeValue> charge, Dictionary<string, AttributeValue>? refund)
    {
        var currency = charge.OptionalText("currency");
        return new Payment(
            charge.Text("orderId"),
            Enum.TryParse<PaymentState>(charge.Text("state"), out var state) ? state : throw Attributes.Unreadable("state", "a payment's state"),
            (int)charge.Integer("attempts"),
            charge.ContainsKey("amount") ? Currency.Scale(charge.Amount("amount"), currency ?? "") : null,
            currency,
            charge.OptionalText("chargeReference"),
            refund?.OptionalText("refundReference"),
            charge.Time("startedAt"),
            charge.OptionalTime("chargedAt"),
            refund?.OptionalTime("refundedAt"));
    }

    private static Dictionary<string, AttributeValue> Key(string orderId, string entry) => new() { ["orderId"] = Attributes.S(orderId), ["entry"] = Attributes.S(entry) };

    private static Dictionary<string, string> StateName() => new() { ["#state"] = "state" };

    private static Task<T> CallAsync<T>(Func<Task<T>> call) => StoreCall.RunAsync("The payment ledger (DynamoDB)", call);
}
