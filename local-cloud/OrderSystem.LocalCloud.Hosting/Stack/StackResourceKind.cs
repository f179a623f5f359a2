using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace OrderSystem.LocalCloud.Hosting.Stack;

/// <summary>
/// A resource type that the dashboard shows. The kind defines how a resource's state is read and which commands the resource has.
/// </summary>
/// <param name="Type">The resource type, for example <c>AWS::SQS::Queue</c>.</param>
/// <param name="Name">The type's name in the dashboard.</param>
/// <param name="Icon">The name of the type's Fluent icon.</param>
/// <param name="LookAsync">Returns the state and the displayed properties of the resource with the given physical id.</param>
/// <param name="Commands">The commands for a resource of this type.</param>
internal sealed record StackResourceKind(
    string Type,
    string Name,
    string Icon,
    Func<StackClient, string, CancellationToken, Task<(ResourceStateSnapshot State, IReadOnlyDictionary<string, object> Figures)>> LookAsync,
    params IReadOnlyList<StackCommand> Commands)
{
    /// <summary>The resource type of a function.</summary>
    public const string FunctionType = "AWS::Lambda::Function";

    private static readonly ResourceStateSnapshot Running = new(KnownResourceStates.Running, KnownResourceStateStyles.Success);
    private static readonly string[] QueueFigures = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

    /// <summary>Every resource type that the dashboard shows.</summary>
    public static IReadOnlyList<StackResourceKind> All { get; } =
    [
        new("AWS::DynamoDB::Table", "DynamoDB table", "Table", LookAtTableAsync),
        new("AWS::SQS::Queue", "SQS queue", "MailInbox", LookAtQueueAsync, StackCommand.Redrive, StackCommand.Purge),
        new(FunctionType, "Lambda function", "Flash", LookAtFunctionAsync),
        new("AWS::Lambda::EventSourceMapping", "Event source mapping", "ArrowRouting", LookAtMappingAsync, StackCommand.Pause, StackCommand.Resume),
        new("AWS::StepFunctions::StateMachine", "State machine", "Flow", LookAtStateMachineAsync, StackCommand.StartExecution),
    ];

    /// <summary>
    /// Returns the kind for a resource type; null if the dashboard does not show the type. SAM types are shown like the types
    /// to which they are transformed.
    /// </summary>
    public static StackResourceKind? Of(string type)
    {
        var plain = type switch
        {
            "AWS::Serverless::Function" => FunctionType,
            "AWS::Serverless::SimpleTable" or "AWS::DynamoDB::GlobalTable" => "AWS::DynamoDB::Table",
            "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
            _ => type,
        };
        return All.FirstOrDefault(kind => kind.Type == plain);
    }

    private static async Task<(ResourceStateSnapshot, IReadOnlyDictionary<string, object>)> LookAtTableAsync(StackClient client, string name, CancellationToken cancellationToken)
    {
        var table = (await client.CallAsync("dynamodb", "DynamoDB_20120810.DescribeTable", new { TableName = name }, cancellationToken)).GetProperty("Table");
        return (Running, new Dictionary<string, object> { ["Status"] = table.GetProperty("TableStatus").GetString()!, ["Items"] = table.GetProperty("ItemCount").GetInt64() });
    }

    private static async Task<(ResourceStateSnapshot, IReadOnlyDictionary<string, object>)> LookAtQueueAsync(StackClient client, string url, CancellationToken cancellationToken)
    {
        var attributes = (await client.CallAsync("sqs", "AmazonSQS.GetQueueAttributes", new { QueueUrl = url, AttributeNames = QueueFigures }, cancellationToken)).GetProperty("Attributes");
        return (Running, new Dictionary<string, object>
        {
            ["Messages"] = attributes.GetProperty("ApproximateNumberOfMessages").GetString()!,
            ["Messages in flight"] = attributes.GetProperty("ApproximateNumberOfMessagesNotVisible").GetString()!,
        });
    }

    private static async Task<(ResourceStateSnapshot, IReadOnlyDictionary<string, object>)> LookAtFunctionAsync(StackClient client, string name, CancellationToken cancellationToken)
    {
        var function = await client.CallLambdaAsync(HttpMethod.Get, $"/2015-03-31/functions/{Uri.EscapeDataString(name)}/configuration", body: null, cancellationToken);
        return (Running, new Dictionary<string, object>
        {
            ["State"] = function.GetProperty("State").GetString()!,
            ["Handler"] = function.GetProperty("Handler").GetString()!,
            ["Timeout"] = function.GetProperty("Timeout").GetInt32(),
        });
    }

    private static async Task<(ResourceStateSnapshot, IReadOnlyDictionary<string, object>)> LookAtMappingAsync(StackClient client, string id, CancellationToken cancellationToken)
    {
        var mapping = await client.CallLambdaAsync(HttpMethod.Get, $"/2015-03-31/event-source-mappings/{id}", body: null, cancellationToken);
        var state = mapping.GetProperty("State").GetString()!;
        return (state == "Enabled" ? Running : new ResourceStateSnapshot(state, KnownResourceStateStyles.Warn), new Dictionary<string, object>
        {
            ["State"] = state,
            ["Last processing result"] = mapping.TryGetProperty("LastProcessingResult", out var result) ? result.GetString()! : "",
        });
    }

    private static async Task<(ResourceStateSnapshot, IReadOnlyDictionary<string, object>)> LookAtStateMachineAsync(StackClient client, string arn, CancellationToken cancellationToken)
    {
        var machine = await client.CallAsync("states", "AWSStepFunctions.DescribeStateMachine", new { stateMachineArn = arn }, cancellationToken);
        var running = await client.CallAsync("states", "AWSStepFunctions.ListExecutions", new { stateMachineArn = arn, statusFilter = "RUNNING", maxResults = 1000 }, cancellationToken);
        var failed = await client.CallAsync("states", "AWSStepFunctions.ListExecutions", new { stateMachineArn = arn, statusFilter = "FAILED", maxResults = 1000 }, cancellationToken);
        return (Running, new Dictionary<string, object>
        {
            ["Type"] = machine.GetProperty("type").GetString()!,
            ["Executions running"] = Count(running),
            ["Executions failed"] = Count(failed),
        });
    }

    /// <summary>Returns the number of executions for display; <c>1000+</c> if the executions do not fit into one page.</summary>
    private static string Count(JsonElement page) => $"{page.GetProperty("executions").GetArrayLength()}{(page.TryGetProperty("nextToken", out var token) && token.ValueKind == JsonValueKind.String ? "+" : "")}";
}
