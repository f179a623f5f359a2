using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.DeadLetters;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.Dlq;

/// <summary>
/// Finds the orders of a dead-letter message whose records have expired from the stream. The message does not contain the
/// orders' ids, so the table is queried for orders that were created between the first and the last record and are still
/// <c>Pending</c>.
/// </summary>
internal sealed class PendingOrders(AwsClient aws) : ILostRecords
{
    /// <summary>The number of partitions of each status in the index that lists orders by status.</summary>
    internal const int StatusShards = 16;

    private const string Pending = "Pending";

    /// <summary>The keys and creation times of pending orders that are missing from the index, grouped by table.</summary>
    private readonly Dictionary<string, IReadOnlyList<(string CreatedAt, JsonObject Key)>> _withoutIndex = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JsonObject>> FindAsync(RecordRange range, CancellationToken cancellationToken)
    {
        var table = range.StreamArn.Split('/')[1];
        var described = (await aws.DynamoDbAsync("DescribeTable", new JsonObject { ["TableName"] = table }, cancellationToken))["Table"]!;
        var keys = described["KeySchema"]!.AsArray().Select(key => (string)key!["AttributeName"]!).ToList();
        // The records' arrival times are in whole seconds and come from DynamoDB's clock, which may differ from the clock
        // of the process that created the order.
        var slack = TimeSpan.FromSeconds(5);
        var query = new JsonObject
        {
            ["TableName"] = table,
            ["IndexName"] = "ByStatusShard",
            ["KeyConditionExpression"] = "statusShard = :pending AND createdAt BETWEEN :from AND :to",
            ["ExpressionAttributeValues"] = new JsonObject
            {
                [":from"] = new JsonObject { ["S"] = Text(range.FirstArrivedAt - slack) },
                [":to"] = new JsonObject { ["S"] = Text(range.LastArrivedAt + slack) },
            },
        };
        var records = new List<JsonObject>();
        for (var shard = 0; shard < StatusShards;)
        {
            query["ExpressionAttributeValues"]![":pending"] = new JsonObject { ["S"] = $"{Pending}#{shard}" };
            var page = await aws.DynamoDbAsync("Query", query.DeepClone().AsObject(), cancellationToken);
            foreach (var item in page["Items"]!.AsArray())
            {
                // Read the whole item from the table, because the index may not project all attributes that the function
                // reads.
                if (await PendingItemAsync(table, Key(item!, keys), cancellationToken) is { } whole)
                    records.Add(Inserted(whole, keys, range));
            }

            query.Remove("ExclusiveStartKey");
            if (page["LastEvaluatedKey"] is { } last)
                query["ExclusiveStartKey"] = last.DeepClone();
            else
                shard++;
        }

        foreach (var (createdAt, key) in await WithoutIndexAsync(table, keys, cancellationToken))
        {
            if (string.CompareOrdinal(createdAt, Text(range.FirstArrivedAt - slack)) >= 0 && string.CompareOrdinal(createdAt, Text(range.LastArrivedAt + slack)) <= 0
                && await PendingItemAsync(table, key, cancellationToken) is { } whole)
                records.Add(Inserted(whole, keys, range));
        }

        return records;
    }

    /// <summary>
    /// Scans a table for pending orders that an earlier release wrote without the attribute <c>statusShard</c>: the index
    /// does not contain these orders. Each table is scanned only once, because a scan reads the whole table. The scan is
    /// necessary: the dead-letter message is deleted after the redrive, and an order that the redrive missed would stay
    /// pending forever.
    /// </summary>
    private async Task<IReadOnlyList<(string CreatedAt, JsonObject Key)>> WithoutIndexAsync(string table, List<string> keys, CancellationToken cancellationToken)
    {
        if (_withoutIndex.TryGetValue(table, out var known))
            return known;
        var scan = new JsonObject
        {
            ["TableName"] = table,
            ["ConsistentRead"] = true,
            ["FilterExpression"] = "attribute_not_exists(statusShard) AND #status = :pending",
            ["ExpressionAttributeNames"] = new JsonObject { ["#status"] = "status" },
            ["ExpressionAttributeValues"] = new JsonObject { [":pending"] = new JsonObject { ["S"] = Pending } },
        };
        var found = new List<(string CreatedAt, JsonObject Key)>();
        while (true)
        {
            var page = await aws.DynamoDbAsync("Scan", scan.DeepClone().AsObject(), cancellationToken);
            found.AddRange(page["Items"]!.AsArray().Select(item => ((string?)item!["createdAt"]?["S"] ?? "", Key(item, keys))));
            if (page["LastEvaluatedKey"] is not { } last)
                return _withoutIndex[table] = found;
            scan["ExclusiveStartKey"] = last.DeepClone();
        }
    }

    private static JsonObject Key(JsonNode item, List<string> keys) => new(keys.Select(key => KeyValuePair.Create(key, item[key]?.DeepClone())));

    /// <summary>
    /// Reads the whole item; null if the item was deleted or is no longer pending. The index is eventually consistent, so
    /// it may still list such an item.
    /// </summary>
    private async Task<JsonObject?> PendingItemAsync(string table, JsonObject key, CancellationToken cancellationToken) =>
        (await aws.DynamoDbAsync("GetItem", new JsonObject { ["TableName"] = table, ["Key"] = key.DeepClone(), ["ConsistentRead"] = true }, cancellationToken))["Item"] is JsonObject item
            && (string?)item["status"]?["S"] == Pending ? item : null;

    private static JsonObject Inserted(JsonObject item, List<string> keys, RecordRange range) => new()
    {
        ["eventID"] = Guid.NewGuid().ToString("N"),
        ["eventName"] = "INSERT",
        ["eventVersion"] = "1.1",
        ["eventSource"] = "aws:dynamodb",
        ["eventSourceARN"] = range.StreamArn,
        ["awsRegion"] = range.StreamArn.Split(':')[3],
        ["dynamodb"] = new JsonObject
        {
            ["ApproximateCreationDateTime"] = range.FirstArrivedAt.ToUnixTimeSeconds(),
            ["Keys"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key, item[key]?.DeepClone()))),
            ["NewImage"] = item.DeepClone(),
            // Each record gets a different sequence number, so that the function can report each failed record
            // individually.
            ["SequenceNumber"] = string.Concat(keys.Select(key => item[key]?.ToJsonString())),
            ["StreamViewType"] = "NEW_AND_OLD_IMAGES",
        },
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
