using System.Diagnostics;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Aws;
using OrderSystem.Aws.StepFunctions;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.LocalCloud.StepFunctions;
using OrderSystem.Tests.Core;
using OrderSystem.Tests.LocalCloud;

namespace OrderSystem.Tests.Aws;

/// <summary>The client on the SDK's pipeline against LocalCloud's Step Functions, over HTTP.</summary>
public class StepFunctionsWorkflowStarterTests(LocalCloudFixture localCloud) : IClassFixture<LocalCloudFixture>
{
    private readonly string _name = Sample.Id();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_execution_is_started_once_however_often_it_is_asked_for()
    {
        using var client = Client(localCloud.Host.Address);
        var starter = await StarterAsync(client);
        Assert.True(await starter.StartAsync(_name, """{"orderId":"o-1"}""", Cancellation));
        // While it runs AWS repeats its first answer; once closed it says ExecutionAlreadyExists. Both mean done.
        for (var i = 0; i < 3; i++)
            await starter.StartAsync(_name, """{"orderId":"o-1"}""", Cancellation);
    }

    [Fact]
    public async Task Another_input_under_the_same_name_is_a_conflict()
    {
        using var client = Client(localCloud.Host.Address);
        var starter = await StarterAsync(client);
        await starter.StartAsync(_name, """{"orderId":"o-1"}""", Cancellation);
        await Assert.ThrowsAsync<WorkflowConflictException>(() => starter.StartAsync(_name, """{"orderId":"o-2"}""", Cancellation));
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_unavailable()
    {
        using var client = Client(new Uri("http://127.0.0.1:1"));
        var starter = new StepFunctionsWorkflowStarter(client, "arn:aws:states:us-east-1:000000000000:stateMachine:none");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => starter.StartAsync(_name, "{}", Cancellation));
    }

    [Fact]
    public async Task An_unknown_state_machine_is_an_error_that_names_it()
    {
        using var client = Client(localCloud.Host.Address);
        var starter = new StepFunctionsWorkflowStarter(client, "arn:aws:states:us-east-1:000000000000:stateMachine:none");
        var error = await Assert.ThrowsAsync<AmazonServiceException>(() => starter.StartAsync(_name, "{}", Cancellation));
        Assert.Equal("StateMachineDoesNotExist", error.ErrorCode);
    }

    [Fact]
    public async Task Each_call_is_a_client_span_whose_context_the_request_carries()
    {
        ClientSpans.Install();
        var spans = new List<Activity>();
        using var test = new ActivitySource($"test-{Guid.NewGuid():N}");
        using var parent = new Activity("parent").SetIdFormat(ActivityIdFormat.W3C);
        parent.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        parent.Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "OrderSystem.Aws",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var client = Client(localCloud.Host.Address);
        await (await StarterAsync(client)).StartAsync(_name, "{}", Cancellation);

        var span = Assert.Single(spans);
        Assert.Equal(("SFN.StartExecution", ActivityKind.Client, parent.SpanId), (span.DisplayName, span.Kind, span.ParentSpanId));
        Assert.Equal("SFN/StartExecution", span.GetTagItem("rpc.method"));
        Assert.EndsWith(":stateMachine:orders", (string?)span.GetTagItem("aws.step_functions.state_machine.arn"), StringComparison.Ordinal);
    }

    private static StepFunctionsClient Client(Uri endpoint) => new(new StepFunctionsConfig
    {
        ServiceURL = endpoint.ToString(),
        AuthenticationRegion = "us-east-1",
        DefaultAWSCredentials = new BasicAWSCredentials("local", "local"),
        MaxErrorRetry = 0,
    });

    private async Task<StepFunctionsWorkflowStarter> StarterAsync(StepFunctionsClient client)
    {
        var provisioner = localCloud.Host.Services.GetRequiredService<IStateMachineProvisioner>();
        var arn = await provisioner.CreateOrUpdateAsync("orders", """{"StartAt":"Done","States":{"Done":{"Type":"Pass","End":true}}}""", "STANDARD", "arn:aws:iam::000000000000:role/r", Cancellation);
        return new StepFunctionsWorkflowStarter(client, arn);
    }
}
