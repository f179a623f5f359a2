using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>
/// A template that maps the stream of table <c>Hop</c> to the function <c>consume</c>, and methods that write items and
/// serve the function.
/// </summary>
public static class HopRig
{
    public const string Template = """
        Resources:
          Table:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Hop
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
              KeySchema: [{ AttributeName: id, KeyType: HASH }]
              StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
          Function:
            Type: AWS::Lambda::Function
            Properties: { FunctionName: consume, Handler: Consume, Timeout: 30 }
          Parked:
            Type: AWS::SQS::Queue
            Properties: { QueueName: parked }
          Mapping:
            Type: AWS::Lambda::EventSourceMapping
            Properties:
              EventSourceArn: !GetAtt Table.StreamArn
              FunctionName: !Ref Function
              StartingPosition: TRIM_HORIZON
              BisectBatchOnFunctionError: true
              MaximumRetryAttempts: 1
              FunctionResponseTypes: [ReportBatchItemFailures]
              DestinationConfig: { OnFailure: { Destination: !GetAtt Parked.Arn } }
        """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static string Id(JsonNode record) => (string)record["dynamodb"]!["Keys"]!["id"]!["S"]!;

    /// <summary>Serves one invocation and reports its poison records as failed. Returns all records of the invocation.</summary>
    public static async Task<List<JsonNode>> ServeAsync(HttpClient client, Func<string, bool> isPoison)
    {
        using var next = await client.GetAsync("/Consume/2018-06-01/runtime/invocation/next", CancellationToken);
        var records = JsonNode.Parse(await next.Content.ReadAsStringAsync(CancellationToken))!["Records"]!.AsArray().Select(record => record!).ToList();
        var failures = new JsonArray([.. records.Where(record => isPoison(Id(record)))
            .Select(record => new JsonObject { ["itemIdentifier"] = record["dynamodb"]!["SequenceNumber"]!.DeepClone() })]);
        using var answer = new StringContent(new JsonObject { ["batchItemFailures"] = failures }.ToJsonString(), Encoding.UTF8, "application/json");
        var id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        using var accepted = await client.PostAsync($"/Consume/2018-06-01/runtime/invocation/{id}/response", answer, CancellationToken);
        return records;
    }

    public static Task<JsonNode> PutAsync(HttpClient tables, string id) =>
        CallAsync(tables, "DynamoDB_20120810.PutItem", new JsonObject
        {
            ["TableName"] = "Hop",
            ["Item"] = new JsonObject
            {
                ["id"] = new JsonObject { ["S"] = id },
                ["amount"] = new JsonObject { ["N"] = "1.5" },
                ["bytes"] = new JsonObject { ["B"] = "AQID" },
            },
        }.ToJsonString());

    public static async Task<JsonNode> CallAsync(HttpClient client, string target, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };
        request.Headers.Add("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await client.SendAsync(request, CancellationToken);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
