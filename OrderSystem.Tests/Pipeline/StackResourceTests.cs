using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.CrashTests.Clouds;

namespace OrderSystem.Tests.Pipeline;

/// <summary>
/// Tests how the dashboard and the Aspire CLI show and control the template's resources while the AppHost runs.
/// </summary>
public sealed class StackResourceTests(PipelineFixture pipeline) : IClassFixture<PipelineFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("OrdersTable", "DynamoDB table", "Orders")]
    [InlineData("DeadLetterQueue", "SQS queue", "/order-system-dead-letters")]
    [InlineData("ProcessorFunction", "Lambda function", "order-system-process-orders")]
    [InlineData("OrderWorkflow", "State machine", ":order-system-order-workflow")]
    public async Task Resources_are_running_and_show_their_physical_id(string name, string type, string physicalId)
    {
        var shown = await pipeline.App.ResourceNotifications.WaitForResourceAsync(name, resource => resource.Snapshot.State?.Text == KnownResourceStates.Running, Cancelled);
        Assert.Equal(type, shown.Snapshot.ResourceType);
        Assert.EndsWith(physicalId, shown.Snapshot.Properties.Single(property => property.Name == "aws.cloudformation.physical_id").Value?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_no_program_serves_is_shown_as_such() =>
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("ApiFunction", resource => resource.Snapshot.State?.Text == "Not served", Cancelled);

    [Fact]
    public async Task A_paused_mapping_is_Disabled_and_orders_wait_until_it_is_resumed()
    {
        await RunAsync("OrdersStreamMapping", "pause");
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("OrdersStreamMapping", resource => resource.Snapshot.State?.Text == "Disabled", Cancelled);
        using var created = await pipeline.PostAsync("paused", "B1", 1, "tok_ok", Cancelled);
        // If the mapping were still running, the order's status would change within milliseconds. A hundred requests to the
        // API take much longer than that.
        for (var asked = 0; asked < 100; asked++)
            Assert.Equal("Pending", (await pipeline.GetAsync("/orders/paused", Cancelled)).GetProperty("status").GetString());
        await RunAsync("OrdersStreamMapping", "resume");
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("OrdersStreamMapping", resource => resource.Snapshot.State?.Text == KnownResourceStates.Running, Cancelled);
        Assert.Equal("Completed", (await pipeline.EndOfAsync("paused", Cancelled)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_purge_empties_a_queue_and_a_redrive_reports_what_it_found()
    {
        using var sqs = new AwsJson(new Uri(pipeline.LocalCloud), "sqs");
        var url = (await sqs.CallAsync("AmazonSQS.GetQueueUrl", new() { ["QueueName"] = "order-system-dead-letters" }, Cancelled))["QueueUrl"]!;
        await sqs.CallAsync("AmazonSQS.SendMessage", new() { ["QueueUrl"] = url.DeepClone(), ["MessageBody"] = "nothing that can be tried again" }, Cancelled);
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("DeadLetterQueue", resource => Figure(resource, "Messages") == "1", Cancelled);
        Assert.False((await ExecuteAsync("DeadLetterQueue", "redrive")).Success);
        await RunAsync("DeadLetterQueue", "purge");
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("DeadLetterQueue", resource => Figure(resource, "Messages") == "0", Cancelled);
        Assert.True((await ExecuteAsync("DeadLetterQueue", "redrive")).Success);
    }

    [Fact]
    public async Task The_dashboard_command_starts_an_execution()
    {
        var result = await ExecuteAsync("OrderWorkflow", "start-execution");
        Assert.True(result.Success, result.Message);
        using var states = new AwsJson(new Uri(pipeline.LocalCloud), "states");
        var executions = await states.CallAsync("AWSStepFunctions.ListExecutions", new() { ["stateMachineArn"] = CloudEnvironment.StateMachineArn }, Cancelled);
        Assert.Contains(executions["executions"]!.AsArray(), execution => result.Message!.Contains((string)execution!["executionArn"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Polling_resource_states_creates_no_spans()
    {
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("OrderWorkflow", resource => Figure(resource, "Executions running") is not null, Cancelled);
        // If polling created spans, these spans would be exported before the span of the command below, because
        // LocalCloud exports all its spans in order.
        Assert.True((await ExecuteAsync("OrderWorkflow", "start-execution")).Success);
        await pipeline.EventuallyAsync(() => "the command's span", () =>
            Task.FromResult<bool?>(pipeline.Telemetry.Spans.Any(span => span.Service == "local-cloud" && span.Name == "POST /") ? true : null), Cancelled);
        Assert.DoesNotContain(pipeline.Telemetry.Spans, span => span.Service == "local-cloud" && span.Name.StartsWith("GET /2015-03-31", StringComparison.Ordinal));
        Assert.Empty(pipeline.Telemetry.Trace(OrderSystem.LocalCloud.Hosting.Stack.StackClient.UntracedId));
    }

    [Fact]
    public async Task LocalCloud_and_a_function_both_restart_after_a_crash()
    {
        using (var processor = pipeline.Child("Processor"))
        using (var localCloud = pipeline.LocalCloudProcess())
        {
            localCloud.Kill();
            processor.Kill();
        }

        using var created = await pipeline.PostAsync("after-the-death", "B1", 1, "tok_ok", Cancelled);
        Assert.Equal("Completed", (await pipeline.EndOfAsync("after-the-death", Cancelled)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_manually_stopped_program_stays_stopped_until_it_is_started()
    {
        await RunAsync("workflow", KnownResourceCommands.StopCommand);
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("workflow", resource => KnownResourceStates.TerminalStates.Contains(resource.Snapshot.State?.Text), Cancelled);
        Assert.DoesNotContain("workflow exited with code", pipeline.Log(), StringComparison.Ordinal);
        await RunAsync("workflow", KnownResourceCommands.StartCommand);
        await pipeline.App.ResourceNotifications.WaitForResourceAsync("workflow", KnownResourceStates.Running, Cancelled);
    }

    private static string? Figure(ResourceEvent resource, string name) => resource.Snapshot.Properties.FirstOrDefault(property => property.Name == name)?.Value?.ToString();

    private async Task RunAsync(string resource, string command)
    {
        var result = await ExecuteAsync(resource, command);
        Assert.True(result.Success, result.Message);
    }

    private async Task<ExecuteCommandResult> ExecuteAsync(string resource, string command)
    {
        await pipeline.App.ResourceNotifications.WaitForResourceAsync(resource, shown => shown.Snapshot.Commands.Any(known => known.Name == command), Cancelled);
        return await pipeline.App.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, command, Cancelled);
    }
}
