using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.DynamoDb;

/// <summary>
/// Checks whether DynamoDB responds. DynamoDB is a separate process, which may start after LocalCloud or exit before it.
/// </summary>
internal sealed class DynamoDbProbe(DynamoDbClient dynamoDb, LocalCloudOptions options, TimeProvider time, ILogger<DynamoDbProbe> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether LocalCloud needs DynamoDB; false until LocalCloud begins to provision the template's first table.
    /// </summary>
    public bool IsNeeded { get; private set; }

    /// <summary>Waits until DynamoDB responds, and sets <see cref="IsNeeded"/>.</summary>
    /// <exception cref="InvalidOperationException">DynamoDB did not respond within a minute.</exception>
    public async Task AnswersAsync(CancellationToken cancellationToken)
    {
        IsNeeded = true;
        var start = time.GetTimestamp();
        for (var told = false; ; told = true)
        {
            try
            {
                await dynamoDb.CallAsync("ListTables", new JsonObject { ["Limit"] = 1 }, cancellationToken);
                return;
            }
            catch (HttpRequestException error)
            {
                if (time.GetElapsedTime(start) > Patience)
                    throw new InvalidOperationException(
                        $"DynamoDB does not respond at {options.DynamoDbEndpoint}. Start DynamoDB Local there, or set AWS_ENDPOINT_URL_DYNAMODB to its address.", error);
                if (!told)
                    logger.WaitingForDynamoDb(options.DynamoDbEndpoint);
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }
}
