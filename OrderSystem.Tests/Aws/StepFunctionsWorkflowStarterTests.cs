using System.Diagnostics;
using Amazon.Runtime;
using OrderSystem.Aws;
using OrderSystem.Aws.StepFunctions;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Tests.Contracts;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Aws;

/// <summary>
/// Tests the Step Functions client against LocalCloud over HTTP. The client uses the AWS SDK's request pipeline.
/// </summary>
public class StepFunctionsWorkflowStarterTests(LocalCloudFixture localCloud) : WorkflowStarterContract, IClassFixture<LocalCloudFixture>, IDisposable
{
    private readonly string _name = Sample.Id();
    private readonly StepFunctionsClient _client = Client(localCloud.Host.Address);

    public void Dispose()
    {
        _client.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_unreachable_service_throws_StoreUnavailableException()
    {
        using var client = Client(new Uri("http://127.0.0.1:1"));
        var starter = new StepFunctionsWorkflowStarter(client, "arn:aws:states:us-east-1:000000000000:stateMachine:none");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => starter.StartAsync(_name, "{}", Cancellation));
    }

    [Fact]
    public async Task An_unknown_state_machine_throws_StateMachineDoesNotExist()
    {
        var starter = new StepFunctionsWorkflowStarter(_client, "arn:aws:states:us-east-1:000000000000:stateMachine:none");
        var error = await Assert.ThrowsAsync<AmazonServiceException>(() => starter.StartAsync(_name, "{}", Cancellation));
        Assert.Equal("StateMachineDoesNotExist", error.ErrorCode);
    }

    [Fact]
    public async Task Each_call_has_a_client_span()
    {
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
                // Ignore spans of this ActivitySource that other tests record at the same time.
                if (span.TraceId != parent.TraceId)
                    return;
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await (await StarterAsync()).StartAsync(_name, "{}", Cancellation);

        var span = Assert.Single(spans);
        Assert.Equal(("SFN.StartExecution", ActivityKind.Client, parent.SpanId), (span.DisplayName, span.Kind, span.ParentSpanId));
        Assert.Equal("SFN/StartExecution", span.GetTagItem("rpc.method"));
        Assert.EndsWith(":stateMachine:orders", (string?)span.GetTagItem("aws.step_functions.state_machine.arn"), StringComparison.Ordinal);
    }

    private static StepFunctionsClient Client(Uri endpoint)
    {
        // Only AWS clients that are created after this call record spans.
        ClientSpans.Install();
        return new StepFunctionsClient(new StepFunctionsConfig
        {
            ServiceURL = endpoint.ToString(),
            AuthenticationRegion = "us-east-1",
            DefaultAWSCredentials = new BasicAWSCredentials("local", "local"),
            MaxErrorRetry = 0,
        });
    }

    protected override async Task<IWorkflowStarter> StarterAsync()
    {
        var created = await HopRig.CallAsync(localCloud.Client, "AWSStepFunctions.CreateStateMachine", """
            {"name":"orders","roleArn":"arn:aws:iam::000000000000:role/r","definition":"{\"StartAt\":\"Done\",\"States\":{\"Done\":{\"Type\":\"Pass\",\"End\":true}}}"}
            """);
        return new StepFunctionsWorkflowStarter(_client, (string)created["stateMachineArn"]!);
    }

    protected override async Task<IReadOnlyList<bool>> ExecutionsAsync(string name)
    {
        var listed = await HopRig.CallAsync(localCloud.Client, "AWSStepFunctions.ListExecutions",
            """{"stateMachineArn":"arn:aws:states:us-east-1:000000000000:stateMachine:orders","maxResults":1000}""");
        return [.. listed["executions"]!.AsArray().Where(execution => (string?)execution!["name"] == name).Select(execution => (string?)execution!["status"] != "RUNNING")];
    }
}
