using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.DynamoDb;

/// <summary>Tells whether DynamoDB answers: it is another process, and may start after this one or die before it.</summary>
internal sealed class DynamoDbProbe(DynamoDbClient dynamoDb, LocalCloudOptions options, TimeProvider time, ILogger<DynamoDbProbe> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether anything here is kept in DynamoDB.</summary>
    public bool IsNeeded { get; private set; }

    /// <summary>Waits for DynamoDB, which is needed from now on.</summary>
    /// <exception cref="InvalidOperationException">It did not answer in a minute.</exception>
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
                        $"DynamoDB does not answer at {options.DynamoDbEndpoint}: start DynamoDB Local there, or say where it is with AWS_ENDPOINT_URL_DYNAMODB.", error);
                if (!told)
                    logger.WaitingForDynamoDb(options.DynamoDbEndpoint);
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }
}
