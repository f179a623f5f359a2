using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>
/// Stock and reservations in the Inventory table. One transaction subtracts the stock of an order's lines and writes
/// the order's reservation record. A transaction has at most 100 actions, and one action writes the record, so an order
/// with 100 lines needs two transactions. The record contains the number of lines whose stock is held. If a reservation
/// is unfinished, a repeated call continues with the next line.
/// </summary>
public sealed class DynamoDbInventory(IAmazonDynamoDB client, TableNames tables, TimeProvider time) : IInventory
{
    private const int LinesPerTransaction = 99;
    private const int MaximumPauses = 10;

    /// <inheritdoc />
    public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        var response = await client.GetItemAsync(new GetItemRequest { TableName = tables.Inventory, Key = StockKey(sku), ConsistentRead = true }, cancellationToken);
        return response.Item is { Count: > 0 } item ? new StockLevel(sku, (int)item.Integer("available"), item.Time("updatedAt")) : null;
    });

    /// <inheritdoc />
    public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(available);
        var now = time.GetUtcNow();
        var item = StockKey(sku);
        item["available"] = Attributes.N(available);
        item["updatedAt"] = Attributes.Time(now);
        await client.PutItemAsync(new PutItemRequest { TableName = tables.Inventory, Item = item }, cancellationToken);
        return new StockLevel(sku, available, now);
    });

    /// <inheritdoc />
    public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        for (var pauses = 0; ;)
        {
            var record = await ReadAsync(orderId, cancellationToken);
            switch (record)
            {
                case { State: ReservationState.Held }:
                    return Reservation.Held;
                case { State: ReservationState.Refused }:
                    return Reservation.InsufficientStock;
                case { State: ReservationState.Releasing, WhenDone: ReservationState.Refused }:
                    await GiveBackAsync(orderId, cancellationToken);
                    return Reservation.InsufficientStock;
                case { State: ReservationState.Releasing or ReservationState.Released }:
                    return Reservation.Released;
            }

            var before = record ?? new ReservationItem(orderId, null, null, lines, 0);
            var outcome = await TryWriteAsync(Take(before), cancellationToken);
            if (outcome == WriteOutcome.StockShort)
                await TryWriteAsync([Record(before,
                    before with { State = before.LinesHeld == 0 ? ReservationState.Refused : ReservationState.Releasing,
                    WhenDone = ReservationState.Refused })], cancellationToken);
            else if (outcome == WriteOutcome.Busy)
                await PauseAsync(orderId, ++pauses, cancellationToken);
        }
    });

    /// <inheritdoc />
    public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await GiveBackAsync(orderId, cancellationToken);
        return true;
    });

    private async Task GiveBackAsync(string orderId, CancellationToken cancellationToken)
    {
        for (var pauses = 0; ;)
        {
            var record = await ReadAsync(orderId, cancellationToken);
            if (record is { State: ReservationState.Released or ReservationState.Refused })
                return;
            if (await TryWriteAsync(Return(record, orderId), cancellationToken) == WriteOutcome.Busy)
                await PauseAsync(orderId, ++pauses, cancellationToken);
        }
    }

    private List<TransactWriteItem> Take(ReservationItem before)
    {
        var chunk = before.Lines.Skip(before.LinesHeld).Take(LinesPerTransaction).ToList();
        var held = before.LinesHeld + chunk.Count;
        var state = held == before.Lines.Count ? ReservationState.Held : ReservationState.Holding;
        return [Record(before, before with { State = state, LinesHeld = held }), .. chunk.Select(line => Stock(line.Sku, -line.Quantity))];
    }

    private List<TransactWriteItem> Return(ReservationItem? before, string orderId)
    {
        before ??= new ReservationItem(orderId, null, null, [], 0);
        var left = Math.Max(0, before.LinesHeld - LinesPerTransaction);
        var chunk = before.Lines.Take(before.LinesHeld).Skip(left);
        var whenDone = before.WhenDone ?? ReservationState.Released;
        var after = before with { State = left == 0 ? whenDone : ReservationState.Releasing, WhenDone = whenDone, LinesHeld = left };
        return [Record(before, after), .. chunk.Select(line => Stock(line.Sku, line.Quantity))];
    }

    private TransactWriteItem Record(ReservationItem before, ReservationItem after)
    {
        var put = new Put { TableName = tables.Inventory, Item = after.Write(time.GetUtcNow()) };
        if (before.State is { } state)
        {
            put.ConditionExpression = "#state = :state AND linesHeld = :linesHeld";
            put.ExpressionAttributeNames = new() { ["#state"] = "state" };
            put.ExpressionAttributeValues = new() { [":state"] = Attributes.S(state.ToString()), [":linesHeld"] = Attributes.N(before.LinesHeld) };
        }
        else
        {
            put.ConditionExpression = "attribute_not_exists(pk)";
        }

        return new TransactWriteItem { Put = put };
    }

    private TransactWriteItem Stock(string sku, int change) => new()
    {
        Update = new Update
        {
            TableName = tables.Inventory,
            Key = StockKey(sku),
            UpdateExpression = "SET updatedAt = :now ADD available :change",
            ConditionExpression = change < 0 ? "available >= :needed" : null,
            ExpressionAttributeValues = change < 0
                ? new() { [":now"] = Attributes.Time(time.GetUtcNow()), [":change"] = Attributes.N(change), [":needed"] = Attributes.N(-change) }
                : new() { [":now"] = Attributes.Time(time.GetUtcNow()), [":change"] = Attributes.N(change) },
        },
    };

    /// <summary>
    /// Writes all items in one transaction. The reservation's record must be the first item, so that a failed condition of
    /// the record can be distinguished from a failed condition of a line.
    /// </summary>
    private async Task<WriteOutcome> TryWriteAsync(List<TransactWriteItem> items, CancellationToken cancellationToken)
    {
        try
        {
            await client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, cancellationToken);
            return WriteOutcome.Written;
        }
        catch (TransactionCanceledException e)
        {
            var reasons = e.CancellationReasons ?? [];
            if (reasons.Count == 0 || reasons.Any(reason => reason.Code is not (null or "None" or "ConditionalCheckFailed")))
                return WriteOutcome.Busy;
            return reasons[0].Code == "ConditionalCheckFailed" ? WriteOutcome.RecordChanged : WriteOutcome.StockShort;
        }
    }

    private async Task<ReservationItem?> ReadAsync(string orderId, CancellationToken cancellationToken)
    {
        var response = await client.GetItemAsync(new GetItemRequest { TableName = tables.Inventory, Key = ReservationItem.Key(orderId), ConsistentRead = true }, cancellationToken);
        return response.Item is { Count: > 0 } item ? ReservationItem.Read(orderId, item) : null;
    }

    // Concurrent orders for the same product can cancel each other's transactions. Random pauses spread out the
    // retries.
    private Task PauseAsync(string orderId, int pauses, CancellationToken cancellationToken) => pauses <= MaximumPauses
        ? Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << Math.Min(pauses, 6))), time, cancellationToken)
        : throw new TimeoutException($"too many concurrent orders are changing the stock that order {orderId} needs");

    private static Dictionary<string, AttributeValue> StockKey(string sku) => new() { ["pk"] = Attributes.S($"sku#{sku}") };

    private static Task<T> CallAsync<T>(Func<Task<T>> call) => StoreCall.RunAsync("The inventory (DynamoDB)", call);

    private enum WriteOutcome
    {
        Written,
        RecordChanged,
        StockShort,
        Busy,
    }
}
