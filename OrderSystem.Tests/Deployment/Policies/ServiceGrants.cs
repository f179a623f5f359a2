namespace OrderSystem.Tests.Deployment.Policies;

/// <summary>
/// Grants that AWS services use on behalf of a role. The functions' own code does not use these grants, so a comment gives
/// the reason for each grant.
/// </summary>
internal static class ServiceGrants
{
    private static readonly string ThroughDynamoDb = """ if {"StringEquals":{"kms:ViaService":"dynamodb.us-east-1.amazonaws.com"}}""";

    /// <summary>The grants in a function's role that AWS services use, rather than the function's own code.</summary>
    public static IEnumerable<string> Of(string function)
    {
        var log = Grant.Resolve($"${{{function}LogGroup.Arn}}");
        return
        [
            // DynamoDB uses a table's KMS key with the permissions of the caller that reads or writes the table or polls its stream.
            $"kms:Decrypt on {Grant.Resolve("${EncryptionKey.Arn}")}{ThroughDynamoDb}",
            // Lambda sends an asynchronous event to its on-failure destination after all retries failed.
            $"sqs:SendMessage on {Grant.Resolve("${AsynchronousDeadLetterQueue.Arn}")}",
            // Lambda creates a log stream for each execution environment of a function, and writes the environment's output
            // to the stream.
            $"logs:CreateLogStream on {log}",
            $"logs:PutLogEvents on {log}",
            // With active tracing, Lambda sends trace segments and telemetry to X-Ray.
            "xray:PutTelemetryRecords on *",
            "xray:PutTraceSegments on *",
            .. function == "Processor" ? OfTheMapping : [],
        ];
    }

    /// <summary>The grants of the state machine, other than those to invoke its task functions.</summary>
    public static IEnumerable<string> OfTheWorkflow =>
    [
        // The state ParkOrder sends a message to the dead-letter queue.
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
                // The event source mapping lists the stream's shards, gets an iterator at its checkpoint, and polls for
                // records.
                $"dynamodb:DescribeStream on {stream}",
                $"dynamodb:GetShardIterator on {stream}",
                $"dynamodb:GetRecords on {stream}",
                // Lambda looks up the stream when the mapping is created.
                $"dynamodb:ListStreams on {Grant.Resolve("${OrdersTable.Arn}/stream/*")}",
                // Lambda sends the mapping's discarded records to the on-failure destination.
                $"sqs:SendMessage on {Grant.Resolve("${DeadLetterQueue.Arn}")}",
            ];
        }
    }
}
