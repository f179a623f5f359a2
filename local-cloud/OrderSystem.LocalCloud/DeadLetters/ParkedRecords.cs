using System.Text.Json.Nodes;
using OrderSystem.DeadLetters;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.DeadLetters;

/// <summary>Reads the records that a dead-letter message refers to: from the stream, or from the table if the stream has trimmed them.</summary>
internal sealed class ParkedRecords(AwsClient aws)
{
    /// <summary>Empty pages in a row that mark a shard's end: between records there are fewer.</summary>
    private const int EmptyPagesToTheEnd = 100;

    /// <summary>Returns the records in the form that the function receives.</summary>
    /// <exception cref="AwsServiceException">A service returned an error.</exception>
    public async Task<JsonArray> ReadAsync(DeadLetter.Records letter, CancellationToken cancellationToken)
    {
        var filter = await FilterAsync(letter, cancellationToken);
        var records = await FromStreamAsync(letter.Range, cancellationToken) ?? await FromTableAsync(letter.Range, cancellationToken);
        return new JsonArray([.. records.Where(record => filter.Matches(System.Text.Encoding.UTF8.GetBytes(record.ToJsonString())))]);
    }

    private async Task<FilterCriteria> FilterAsync(DeadLetter.Records letter, CancellationToken cancellationToken)
    {
        var mappings = await aws.MappingsAsync(letter.FunctionArn, cancellationToken);
        var mapping = mappings.FirstOrDefault(mapping => (string?)mapping!["EventSourceArn"] == letter.Range.StreamArn);
        return FilterCriteria.Parse([.. mapping?["FilterCriteria"]?["Filters"]?.AsArray().Select(filter => (string)filter!["Pattern"]!) ?? []]);
    }

    private async Task<List<JsonObject>?> FromStreamAsync(RecordRange range, CancellationToken cancellationToken)
    {
        try
        {
            var records = new List<JsonObject>();
            var iterator = (string?)(await aws.StreamsAsync("GetShardIterator", new JsonObject
            {
                ["StreamArn"] = range.StreamArn,
                ["ShardId"] = range.ShardId,
                ["ShardIteratorType"] = "AT_SEQUENCE_NUMBER",
                ["SequenceNumber"] = range.First,
            }, cancellationToken))["ShardIterator"];
            for (var empty = 0; iterator is not null && empty < EmptyPagesToTheEnd;)
            {
                var page = await aws.StreamsAsync("GetRecords", new JsonObject { ["ShardIterator"] = iterator }, cancellationToken);
                foreach (var record in page["Records"]!.AsArray().Select(record => record!.DeepClone().AsObject()))
                {
                    if (SequenceNumber.Compare(Sequence(record), range.Last) > 0)
                        return records;
                    record["eventSourceARN"] = range.StreamArn;
                    records.Add(record);
                    if (Sequence(record) == range.Last)
                        return records;
                }

                empty = page["Records"]!.AsArray().Count == 0 ? empty + 1 : 0;
                iterator = (string?)page["NextShardIterator"];
            }

            return null;
        }
        catch (AwsServiceException error) when (error.Code is "TrimmedDataAccessException" or "ResourceNotFoundException")
        {
            return null;
        }
    }

    private static string Sequence(JsonObject record) => (string)record["dynamodb"]!["SequenceNumber"]!;

    /// <summary>
    /// Queries the table for orders that were created between the first and the last record and are still <c>Pending</c>: the
    /// message's metadata does not contain the keys.
    /// </summary>
    private async Task<List<JsonObject>> FromTableAsync(RecordRange range, CancellationToken cancellationToken)
    {
        var table = range.StreamArn.Split('/')[1];
        var described = (await aws.DynamoDbAsync("DescribeTable", new JsonObject { ["TableName"] = table }, cancellationToken))["Table"]!;
        var keys = described["KeySchema"]!.AsArray().Select(key => (string)key!["AttributeName"]!).ToList();
        // DynamoDB's arrival times are whole seconds, and its clock differs from the writer's.
        var slack = TimeSpan.FromSeconds(5);
        var query = new JsonObject
        {
            ["TableName"] = table,
            ["IndexName"] = "ByStatus",
            ["KeyConditionExpression"] = "#status = :pending AND createdAt BETWEEN :from AND :to",
            ["ExpressionAttributeNames"] = new JsonObject { ["#status"] = "status" },
            ["ExpressionAttributeValues"] = new JsonObject
            {
                [":pending"] = new JsonObject { ["S"] = "Pending" },
                [":from"] = new JsonObject { ["S"] = Text(range.FirstArrivedAt - slack) },
                [":to"] = new JsonObject { ["S"] = Text(range.LastArrivedAt + slack) },
            },
        };
        var records = new List<JsonObject>();
        while (true)
        {
            var page = await aws.DynamoDbAsync("Query", query.DeepClone().AsObject(), cancellationToken);
            foreach (var item in page["Items"]!.AsArray())
            {
                // The index may not project every attribute that the function reads.
                if (await ItemAsync(table, new JsonObject(keys.Select(key => KeyValuePair.Create(key, item![key]?.DeepClone()))), cancellationToken) is { } whole)
                    records.Add(Inserted(whole, keys, range));
            }

            if (page["LastEvaluatedKey"] is not { } last)
                return records;
            query["ExclusiveStartKey"] = last.DeepClone();
        }
    }

    private async Task<JsonObject?> ItemAsync(string table, JsonObject key, CancellationToken cancellationToken) =>
        (await aws.DynamoDbAsync("GetItem", new JsonObject { ["TableName"] = table, ["Key"] = key, ["ConsistentRead"] = true }, cancellationToken))["Item"] as JsonObject;

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
            // A different number for each record, so that the function can report each as failed.
            ["SequenceNumber"] = string.Concat(keys.Select(key => item[key]?.ToJsonString())),
            ["StreamViewType"] = "NEW_AND_OLD_IMAGES",
        },
    };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
