using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Processes;
using OrderSystem.LocalCloud.Hosting.DynamoDB;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>
/// The local cloud: DynamoDB Local, LocalCloud, the functions and the API, each in its own process. DynamoDB Local and
/// LocalCloud store their data on disk.
/// </summary>
internal sealed class TestedLocal : TestedCloud
{
    private readonly int _dynamoDbPort = FreePort.Next();
    private readonly int _localCloudPort = FreePort.Next();
    private readonly AwsJson _dynamoDb;
    private readonly AwsJson _stepFunctions;
    private readonly AwsJson _sqs;
    private readonly CloudProcess _localCloud;
    private readonly ConcurrentDictionary<string, StoredMessage> _parked = new(StringComparer.Ordinal);
    private Command? _java;

    public TestedLocal(World world, PatientTemplate template)
        : base(world, template)
    {
        var (dynamoDb, localCloud) = ($"http://127.0.0.1:{_dynamoDbPort}", $"http://127.0.0.1:{_localCloudPort}");
        _dynamoDb = new AwsJson(new Uri(dynamoDb), "dynamodb");
        _stepFunctions = new AwsJson(new Uri(localCloud), "states");
        _sqs = new AwsJson(new Uri(localCloud), "sqs");
        var aws = CloudEnvironment.Aws(dynamoDb, localCloud);
        var function = aws.Concat(CloudEnvironment.Function($"127.0.0.1:{_localCloudPort}")).ToList();
        var data = Folder.CreateSubdirectory("local-cloud").FullName;
        _localCloud = CreateProcess("local-cloud", () => Program(
            "LocalCloud", "local-cloud", aws, "--port", _localCloudPort.ToString(CultureInfo.InvariantCulture), "--template", TemplatePath, "--data", data));
        Processes =
        [
            CreateProcess("dynamodb", Java, isForeign: true),
            _localCloud,
            CreateProcess("processor", () => Program("Processor", "processor", function)),
            CreateProcess("workflow", () => Program("WorkflowFunctions", "workflow", function)),
            CreateProcess("api", () => ApiProgram(aws)),
        ];
    }

    public override IReadOnlyList<CloudProcess> Processes { get; }

    /// <summary>LocalCloud's process and port.</summary>
    public (CloudProcess Process, int Port) LocalCloud => (_localCloud, _localCloudPort);

    public override IReadOnlyList<CloudProcess> Writers => [_localCloud];

    public override string DatabasePath => Path.Combine(Folder.FullName, "local-cloud", "step-functions", "step-functions.db");

    public override Task<bool> IsStoreHealthyAsync(CancellationToken cancellationToken) => _sqs.IsHealthyAsync(cancellationToken);

    public override Task PoisonAsync(string orderId, CancellationToken cancellationToken) => _dynamoDb.CallAsync(
        "DynamoDB_20120810.PutItem", new JsonObject { ["TableName"] = "Orders", ["Item"] = new JsonObject { ["orderId"] = Text(orderId) } }, cancellationToken);

    public override async Task TellHistoryAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            var execution = CloudEnvironment.StateMachineArn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal) + ":" + orderId;
            var history = await _stepFunctions.CallAsync("AWSStepFunctions.GetExecutionHistory", new JsonObject { ["executionArn"] = execution, ["maxResults"] = 1000 }, cancellationToken);
            foreach (var recorded in history["events"]!.AsArray().Select(recorded => recorded!.AsObject()))
            {
                var at = DateTimeOffset.UnixEpoch.AddSeconds((double)recorded["timestamp"]!);
                var details = recorded.FirstOrDefault(member => member.Key.EndsWith("EventDetails", StringComparison.Ordinal)).Value;
                World.Timeline.Tell("execution", FormattableString.Invariant($"{orderId} {at:HH:mm:ss.fff} {recorded["type"]} {details?["name"]} {details?["error"]} {details?["cause"]}"));
            }
        }
        catch (HttpRequestException e)
        {
            World.Timeline.Tell("execution", $"{orderId} execution history could not be read: {e.Message}");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _dynamoDb.Dispose();
        _stepFunctions.Dispose();
        _sqs.Dispose();
    }

    protected override async Task PrepareAsync(CancellationToken cancellationToken) =>
        _java = await DynamoDBLocal.JavaCommandAsync(_dynamoDbPort, Folder.CreateSubdirectory("dynamodb").FullName, progress: null, cancellationToken);

    protected override Task<bool> IsReadyAsync(CancellationToken cancellationToken) => _sqs.IsHealthyAsync(cancellationToken);

    protected override async Task<string?> WorkAsync(string customerId, CancellationToken cancellationToken)
    {
        try
        {
            return await ExecutionsAsync(customerId, "RUNNING", cancellationToken) is [var running, ..] ? $"execution {running.Name} is running" : null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    protected override async Task<IReadOnlyDictionary<string, IReadOnlyList<Line>>> HeldAsync(string customerId, CancellationToken cancellationToken)
    {
        var held = new Dictionary<string, IReadOnlyList<Line>>(StringComparer.Ordinal);
        var scan = new JsonObject
        {
            ["TableName"] = "Inventory",
            ["ConsistentRead"] = true,
            ["FilterExpression"] = "begins_with(pk, :prefix) AND linesHeld > :none",
            ["ExpressionAttributeValues"] = new JsonObject { [":prefix"] = Text($"order#{customerId}-"), [":none"] = new JsonObject { ["N"] = "0" } },
        };
        while (true)
        {
            var page = await _dynamoDb.CallAsync("DynamoDB_20120810.Scan", scan.DeepClone().AsObject(), cancellationToken);
            foreach (var item in page["Items"]!.AsArray().Select(item => item!.AsObject()))
                held[((string)item["pk"]!["S"]!)["order#".Length..]] = [
                    .. item["lines"]!["L"]!.AsArray().Take(Number(item["linesHeld"]!))
                    .Select(line => new Line((string)line!["M"]!["sku"]!["S"]!, Number(line["M"]!["quantity"]!)))];
            if (page["LastEvaluatedKey"] is not { } last)
                return held;
            scan["ExclusiveStartKey"] = last.DeepClone();
        }
    }

    protected override Task<IReadOnlyList<StoredExecution>> ExecutionsAsync(string customerId, CancellationToken cancellationToken) =>
        ExecutionsAsync(customerId, status: null, cancellationToken);

    protected override async Task<IReadOnlyList<StoredMessage>> ParkedAsync(string customerId, CancellationToken cancellationToken)
    {
        try
        {
            var url = (await _sqs.CallAsync("AmazonSQS.GetQueueUrl", new JsonObject { ["QueueName"] = "order-system-dead-letters" }, cancellationToken))["QueueUrl"]!;
            while ((await _sqs.CallAsync("AmazonSQS.ReceiveMessage", new JsonObject { ["QueueUrl"] = url.DeepClone(), ["MaxNumberOfMessages"] = 10 },
                cancellationToken))["Messages"]?.AsArray() is { Count: > 0 } messages)
            {
                foreach (var message in messages)
                    _parked[(string)message!["MessageId"]!] = await ReadParkedAsync((string)message["Body"]!, cancellationToken);
            }
        }
        catch (HttpRequestException)
        {
            // Return the messages that have been received so far; the callers call this method repeatedly.
        }

        return [.. _parked.Values.Where(message => message.OrderIds.Any(orderId => IsOf(customerId, orderId)))];
    }

    // Notifications are only written to the log. When a process is killed, its last log lines may be lost. Therefore
    // count an order that has a NotifiedAt as notified at least once.
    protected override Task<IReadOnlyDictionary<string, int>> NotifiedAsync(IReadOnlyList<StoredOrder> orders, CancellationToken cancellationToken)
    {
        var told = World.Timeline.Said("confirmation for customer");
        return Task.FromResult<IReadOnlyDictionary<string, int>>(orders.ToDictionary(
            order => order.OrderId,
            order => Math.Max(told.Count(line => line.Contains($"Order {order.OrderId}:", StringComparison.Ordinal)), order.NotifiedAt is null ? 0 : 1),
            StringComparer.Ordinal));
    }

    private static JsonObject Text(string value) => new() { ["S"] = value };

    private static int Number(JsonNode attribute) => int.Parse((string)attribute["N"]!, CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<StoredExecution>> ExecutionsAsync(string customerId, string? status, CancellationToken cancellationToken)
    {
        var executions = new List<StoredExecution>();
        var request = new JsonObject { ["stateMachineArn"] = CloudEnvironment.StateMachineArn, ["maxResults"] = 1000 };
        if (status is not null)
            request["statusFilter"] = status;
        while (true)
        {
            var page = await _stepFunctions.CallAsync("AWSStepFunctions.ListExecutions", request.DeepClone().AsObject(), cancellationToken);
            executions.AddRange(page["executions"]!.AsArray().Select(execution => new StoredExecution((string)execution!["name"]!, (string)execution["status"]!)));
            if ((string?)page["nextToken"] is not { } next)
                return [.. executions.Where(execution => IsOf(customerId, execution.Name))];
            request["nextToken"] = next;
        }
    }

    private async Task<StoredMessage> ReadParkedAsync(string body, CancellationToken cancellationToken)
    {
        var message = JsonNode.Parse(body)!;
        return message["DDBStreamBatchInfo"] is { } batch
            ? new StoredMessage(await OrderIdsAsync(batch, cancellationToken), IsStreamRecord: true, body)
            : new StoredMessage([(string)message["orderId"]!], IsStreamRecord: false, body) { Execution = (string?)message["execution"] };
    }

    private async Task<IReadOnlyList<string>> OrderIdsAsync(JsonNode batch, CancellationToken cancellationToken)
    {
        var position = new JsonObject
        {
            ["StreamArn"] = batch["streamArn"]!.DeepClone(),
            ["ShardId"] = batch["shardId"]!.DeepClone(),
            ["ShardIteratorType"] = "AT_SEQUENCE_NUMBER",
            ["SequenceNumber"] = batch["startSequenceNumber"]!.DeepClone(),
        };
        var iterator = (await _dynamoDb.CallAsync("DynamoDBStreams_20120810.GetShardIterator", position, cancellationToken))["ShardIterator"]!;
        var page = await _dynamoDb.CallAsync("DynamoDBStreams_20120810.GetRecords", new JsonObject { ["ShardIterator"] = iterator.DeepClone() }, cancellationToken);
        var last = (string)batch["endSequenceNumber"]!;
        var records = page["Records"]!.AsArray().Select(record => record!["dynamodb"]!).ToList();
        return [.. records.Take(records.FindIndex(record => (string)record["SequenceNumber"]! == last) + 1).Select(record => (string)record["Keys"]!["orderId"]!["S"]!)];
    }

    private ProcessStartInfo Java()
    {
        var start = new ProcessStartInfo(_java!.FileName, _java.Arguments) { WorkingDirectory = _java.WorkingDirectory };
        // DynamoDB Local runs only for a short time, so the optimizing compiler and the parallel garbage collector would not
        // pay off.
        start.Environment["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
        return start;
    }
}
