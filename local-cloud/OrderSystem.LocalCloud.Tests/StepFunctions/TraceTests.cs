using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

public sealed class TraceTests
{
    [Fact]
    public async Task Executions_continue_the_trace_of_the_caller_and_pass_it_to_functions()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "OrderSystem.StatesLanguage",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await StepFunctionsServer.StartAsync();
        string? handedOn = null;
        server.Function = (payload, traceHeader) =>
        {
            handedOn = traceHeader;
            return Task.FromResult(payload);
        };
        var arn = await server.CreateAsync("""{"StartAt":"Pay","States":{"Pay":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}}""", name: "traced");
        var started = await server.CallAsync("StartExecution", new JsonObject
        {
            ["stateMachineArn"] = arn,
            ["traceHeader"] = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        });
        await server.EndAsync((string)started["executionArn"]!);

        Activity? execution;
        do
            execution = spans.SingleOrDefault(span => span.DisplayName == "execution traced");
        while (execution is null);
        var state = spans.Single(span => span.DisplayName == "Pay" && span.TraceId == execution.TraceId);
        Assert.Equal("5759e988bd862e3fe1be46a994272793", execution.TraceId.ToHexString());
        Assert.Equal("53995c3f42cd8ad8", execution.ParentSpanId.ToHexString());
        Assert.Equal(execution.SpanId, state.ParentSpanId);
        Assert.Equal(("Task", 1), (state.GetTagItem("aws.step_functions.state.type"), state.GetTagItem("aws.step_functions.state.attempts")));
        Assert.Equal($"Root=1-5759e988-bd862e3fe1be46a994272793;Parent={state.SpanId.ToHexString()};Sampled=1", handedOn);
    }
}
