using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Hosting.Stack;

/// <summary>
/// A command for a resource of the stack. The command can be run from the dashboard or with <c>aspire resource NAME COMMAND</c>.
/// </summary>
/// <param name="Name">The command's name.</param>
/// <param name="DisplayName">The command's name in the dashboard.</param>
/// <param name="Icon">The name of the command's Fluent icon.</param>
/// <param name="Confirmation">The question that the user must confirm before the command runs; null if there is none.</param>
/// <param name="Inputs">The arguments that the dashboard asks for.</param>
/// <param name="RunAsync">Runs the command and returns the message to show.</param>
internal sealed record StackCommand(
    string Name, string DisplayName, string Icon, string? Confirmation, IReadOnlyList<InteractionInput> Inputs, Func<StackChildResource, ExecuteCommandContext, Task<string>> RunAsync)
{
    public static StackCommand Purge { get; } = new("purge", "Purge", "Delete", "Delete every message in this queue?", [], async (queue, context) =>
    {
        await queue.Parent.Client.CallAsync("sqs", "AmazonSQS.PurgeQueue", new { QueueUrl = queue.PhysicalId }, context.CancellationToken);
        return "All messages of the queue were deleted.";
    });

    public static StackCommand Redrive { get; } = new("redrive", "Redrive dead letters", "ArrowRepeatAll", null, [], RedriveAsync);

    public static StackCommand Pause { get; } = new("pause", "Pause", "Pause", null, [], (mapping, context) => EnableAsync(mapping, enabled: false, context));

    public static StackCommand Resume { get; } = new("resume", "Resume", "Play", null, [], (mapping, context) => EnableAsync(mapping, enabled: true, context));

    public static StackCommand StartExecution { get; } = new(
        "start-execution",
        "Start execution",
        "Play",
        null,
        [
            new InteractionInput { Name = "input", Label = "Input", Description = "The execution's input, as JSON", InputType = InputType.Text, Value = "{}" },
            new InteractionInput { Name = "name", Label = "Name", Description = "The execution's name; random if empty", InputType = InputType.Text },
        ],
        StartExecutionAsync);

    /// <summary>Returns the annotation that adds this command to a resource.</summary>
    /// <param name="resource">The resource on which the command acts.</param>
    /// <param name="changed">Called after each run of the command.</param>
    public ResourceCommandAnnotation For(StackChildResource resource, Action changed) => new(
        Name,
        DisplayName,
        _ => resource.PhysicalId is null ? ResourceCommandState.Disabled : ResourceCommandState.Enabled,
        async context =>
        {
            try
            {
                var message = await RunAsync(resource, context);
                return CommandResults.Success(message, message);
            }
            catch (Exception error) when (error is HttpRequestException or JsonException or DistributedApplicationException)
            {
                return CommandResults.Failure(error.Message);
            }
            finally
            {
                changed();
            }
        },
        displayDescription: null,
        arguments: Inputs,
        confirmationMessage: Confirmation,
        iconName: Icon,
        iconVariant: IconVariant.Regular,
        isHighlighted: false);

    private static async Task<string> EnableAsync(StackChildResource mapping, bool enabled, ExecuteCommandContext context)
    {
        var updated = await mapping.Parent.Client.CallLambdaAsync(HttpMethod.Put, $"/2015-03-31/event-source-mappings/{mapping.PhysicalId}", new { Enabled = enabled }, context.CancellationToken);
        return $"The mapping is {updated.GetProperty("State").GetString()}.";
    }

    private static async Task<string> StartExecutionAsync(StackChildResource machine, ExecuteCommandContext context)
    {
        var input = Argument(context, "input") ?? "{}";
        using (JsonDocument.Parse(input))
        {
            var request = new Dictionary<string, string> { ["stateMachineArn"] = machine.PhysicalId!, ["input"] = input };
            if (Argument(context, "name") is { } name)
                request["name"] = name;
            var started = await machine.Parent.Client.CallAsync("states", "AWSStepFunctions.StartExecution", request, context.CancellationToken, traced: true);
            return $"Started {started.GetProperty("executionArn").GetString()}.";
        }
    }

    private static string? Argument(ExecuteCommandContext context, string name) =>
        context.Arguments.TryGetByName(name, out var input) && !string.IsNullOrWhiteSpace(input.Value) ? input.Value : null;

    /// <summary>
    /// Redrives the messages of a dead-letter queue with the configured program, and returns the program's output.
    /// </summary>
    private static async Task<string> RedriveAsync(StackChildResource queue, ExecuteCommandContext context)
    {
        var aws = queue.Parent;
        var endpoint = await aws.Endpoint.GetValueAsync(context.CancellationToken);
        var environment = new Dictionary<string, string> { ["AWS_REGION"] = aws.Region };
        if (aws.DynamoDBEndpoint is { } dynamoDb)
            environment["AWS_ENDPOINT_URL_DYNAMODB"] = await dynamoDb.GetValueAsync(context.CancellationToken) ?? "";
        var name = queue.PhysicalId![(queue.PhysicalId!.LastIndexOf('/') + 1)..];
        var (exitCode, output) = await Tool.RunAsync("dotnet", ["exec", .. aws.DeadLetterCommand, "redrive", "--queue", name, "--endpoint", endpoint!], context.CancellationToken, environment);
        return exitCode == 0 ? output.Trim() is { Length: > 0 } text ? text : "No dead-letter messages." : throw new DistributedApplicationException(output.Trim());
    }
}
