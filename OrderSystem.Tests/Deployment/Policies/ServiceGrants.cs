namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>Grants that AWS services use in a role's name. Our code calls none of these, so each has its reason here.</summary>
internal static class ServiceGrants
{
    private static readonly string ThroughDynamoDb = """ if {"StringEquals":{"kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}}""";

    /// <summary>The grants of a function that its code makes no use of.</summary>
    public static IEnumerable<string> Of(string function)
    {
        var log = Grant.Resolve($"${{{function}LogGroup.Arn}}");
        return
        [
            // DynamoDB unlocks a table's key in the name of whoever reads or writes the table, and its stream's for who polls it.
            $"kms:Decrypt on {Grant.Resolve("${EncryptionKey.Arn}")}{ThroughDynamoDb}",
            // Lambda sends an asynchronous event that failed for good to its destination.
            $"sqs:SendMessage on {Grant.Resolve("${AsynchronousDeadLetterQueue.Arn}")}",
            // Lambda opens a log stream for each instance of a function, and writes what it prints.
            $"logs:CreateLogStream on {log}",
            $"logs:PutLogEvents on {log}",
            // Lambda sends the segments and counts of active tracing.
            "xray:PutTelemetryRecords on *",
            "xray:PutTraceSegments on *",
            .. function == "Processor" ? OfTheMapping : [],
        ];
    }

    /// <summary>The grants of the state machine besides its task functions.</summary>
    public static IEnumerable<string> OfTheWorkflow =>
    [
        // The state ParkOrder.
        $"sqs:SendMessage on {Grant.Resolve("${DeadLetterQueue.Arn}")}",
        // Step Functions Developer Guide: "Using CloudWatch Logs to log execution history".
        .. new[] { "CreateLogDelivery", "DeleteLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies", "GetLogDelivery", "ListLogDeliveries", "PutResourcePolicy", "UpdateLogDelivery" }
            .Select(action => $"logs:{action} on *"),
        // Step Functions Developer Guide: "Trace Step Functions request data in X-Ray".
        .. new[] { "GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments" }.Select(action => $"xray:{action} on *"),
    ];

    private static IEnumerable<string> OfTheMapping
    {
        get
        {
            var stream = Grant.Resolve("${OrdersTable.StreamArn}");
            return
            [
                // The event source mapping looks for the stream's shards, starts at a checkpoint, polls.
                $"dynamodb:DescribeStream on {stream}",
                $"dynamodb:GetShardIterator on {stream}",
                $"dynamodb:GetRecords on {stream}",
                // Lambda looks for the stream as the mapping is made.
                $"dynamodb:ListStreams on {Grant.Resolve("${OrdersTable.Arn}/stream/*")}",
                // Lambda sends the mapping's discarded records.
                $"sqs:SendMessage on {Grant.Resolve("${DeadLetterQueue.Arn}")}",
            ];
        }
    }
}
