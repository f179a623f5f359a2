using System.Text.Json.Nodes;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>Valid paths, operations and bodies, which <see cref="HostileRequests"/> damages.</summary>
internal static class HostileOperations
{
    /// <summary>The API's paths.</summary>
    public static IReadOnlyList<string> ApiPaths { get; } =
    [
        "/orders", "/orders", "/orders", "/orders?customerId=c-1", "/orders?status=Pending&limit=5", "/orders/o-1", "/orders/o-1/payments", "/inventory/A1", "/inventory/Z9", "/dead-letters", "/dead-letters/1",
        "/dead-letters/1/redrive", "/health", "/alive", "/openapi/v1.json", "/scalar", "/",
    ];

    /// <summary>
    /// LocalCloud's paths other than <c>POST /</c>: Lambda, the Runtime API, the health checks and the console.
    /// </summary>
    public static IReadOnlyList<string> LocalCloudPaths { get; } =
    [
        "/2015-03-31/functions/", "/2015-03-31/functions/order-system-validate-order/invocations", "/2015-03-31/functions/nothing/invocations?Qualifier=live", "/2015-03-31/functions/order-system-processor", "/2015-03-31/functions/order-system-processor/configuration",
        "/2015-03-31/functions/order-system-processor/aliases", "/2015-03-31/functions/order-system-processor/aliases/live", "/2015-03-31/functions/order-system-processor/versions", "/2019-09-30/functions/order-system-processor/concurrency",
        "/2019-09-25/functions/order-system-processor/event-invoke-config", "/2019-09-25/functions/order-system-processor/event-invoke-config/list", "/2015-03-31/event-source-mappings/", "/2015-03-31/event-source-mappings/one",
        "/Nothing/2018-06-01/runtime/invocation/next", "/Nothing/2018-06-01/runtime/invocation/one/response", "/Nothing/2018-06-01/runtime/invocation/one/error", "/Nothing/2018-06-01/runtime/init/error",
        "/health", "/alive", "/", "/queues", "/_aws/execute-api",
    ];

    /// <summary>Valid values of <c>X-Amz-Target</c>, and some that no service supports.</summary>
    public static IReadOnlyList<string> Targets { get; } =
    [
        .. Of("AWSStepFunctions",
            "CreateActivity", "CreateStateMachine", "CreateStateMachineAlias", "DeleteActivity", "DeleteStateMachine", "DeleteStateMachineAlias", "DeleteStateMachineVersion", "DescribeActivity", "DescribeExecution", "DescribeMapRun",
            "DescribeStateMachine", "DescribeStateMachineAlias", "DescribeStateMachineForExecution", "GetActivityTask", "GetExecutionHistory", "ListActivities", "ListExecutions", "ListMapRuns", "ListStateMachineAliases", "ListStateMachineVersions",
            "ListStateMachines", "ListTagsForResource", "PublishStateMachineVersion", "RedriveExecution", "SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess", "StartExecution", "StartSyncExecution", "StopExecution", "TagResource",
            "TestState", "UntagResource", "UpdateMapRun", "UpdateStateMachine", "UpdateStateMachineAlias", "ValidateStateMachineDefinition"),
        .. Of("AmazonSQS",
            "CreateQueue", "DeleteQueue", "GetQueueUrl", "ListQueues", "GetQueueAttributes", "SetQueueAttributes", "PurgeQueue", "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
            "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "ListDeadLetterSourceQueues", "TagQueue", "AddPermission"),
        .. Of("DynamoDB_20120810", "PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan", "DescribeTable", "ListTables", "BatchGetItem", "TransactWriteItems"),
        .. Of("DynamoDBStreams_20120810", "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"),
        "AWSStepFunctions.", "AWSStepFunctions.Nothing", ".StartExecution", "AmazonSQS", "Nothing.Nothing", "AWSStepFunctions.StartExecution.Again", "awsstepfunctions.liststatemachines",
    ];

    /// <summary>Values of <c>Action</c> in the AWS query protocol, some of which are not supported.</summary>
    public static IReadOnlyList<string> Actions { get; } =
        ["DescribeStacks", "DescribeStackResource", "DescribeStackResources", "ListStackResources", "GetTemplate", "DescribeStackEvents", "CreateStack", "SendMessage", "GetCallerIdentity", "", "Nothing"];

    /// <summary>An order.</summary>
    public static JsonNode Order(int number) => JsonNode.Parse($$$"""
        {"orderId":"hostile-{{{number}}}","customerId":"c-{{{number % 7}}}","currency":"EUR","lines":[{"sku":"A1","quantity":1,"unitPrice":9.95},{"sku":"B1","quantity":2,"unitPrice":0.5}],"payment":{"token":"tok_ok"}}
        """)!;

    /// <summary>Creates a request body that contains the members of all operations.</summary>
    public static JsonNode Request(int number) => JsonNode.Parse("""
        {"name":"hostile-#50","roleArn":"arn:aws:iam::000000000000:role/test","type":"#type",
         "definition":"{\"StartAt\":\"P\",\"QueryLanguage\":\"JSONata\",\"States\":{\"P\":{\"Type\":\"Pass\",\"Output\":\"{% $states.input %}\",\"End\":true}}}",
         "stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:hostile-#50","stateMachineVersionArn":"arn:aws:states:us-east-1:000000000000:stateMachine:hostile-#50:1",
         "stateMachineAliasArn":"arn:aws:states:us-east-1:000000000000:stateMachine:hostile-#50:live","executionArn":"arn:aws:states:us-east-1:000000000000:execution:hostile-#50:hostile-#50",
         "activityArn":"arn:aws:states:us-east-1:000000000000:activity:hostile-#50","mapRunArn":"arn:aws:states:us-east-1:000000000000:mapRun:hostile/one:two",
         "resourceArn":"arn:aws:states:us-east-1:000000000000:stateMachine:hostile-#50","input":"{\"a\":[1,2,3]}","output":"{}","taskToken":"AAAA","maxResults":10,"nextToken":"AAAA",
         "tags":[{"key":"k","value":"v"}],"tagKeys":["k"],"routingConfiguration":[{"stateMachineVersionArn":"arn:aws:states:us-east-1:000000000000:stateMachine:hostile-1:1","weight":100}],
         "QueueName":"hostile-#20","QueueUrl":"http://127.0.0.1/000000000000/hostile-#20","MessageBody":"hello","ReceiptHandle":"AAAA","WaitTimeSeconds":0,"VisibilityTimeout":1,"MaxNumberOfMessages":10,
         "Attributes":{"VisibilityTimeout":"5"},"AttributeNames":["All"],"Entries":[{"Id":"1","MessageBody":"a","ReceiptHandle":"AAAA"}],
         "TableName":"Nothing","Key":{"orderId":{"S":"o-1"}},"Item":{"orderId":{"S":"o-1"}},"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Nothing/stream/2026","ShardId":"shardId-1","ShardIteratorType":"LATEST","ShardIterator":"AAAA",
         "FunctionName":"nothing","EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:nothing","BatchSize":10,"MaximumRetryAttempts":1,"FilterCriteria":{"Filters":[{"Pattern":"{\"a\":[{\"prefix\":\"b\"}]}"}]}}
        """
        .Replace("#50", $"{number % 50}", StringComparison.Ordinal).Replace("#20", $"{number % 20}", StringComparison.Ordinal).Replace("#type", number % 3 == 0 ? "EXPRESS" : "STANDARD", StringComparison.Ordinal))!;

    private static IEnumerable<string> Of(string service, params string[] operations) => operations.Select(operation => $"{service}.{operation}");
}
