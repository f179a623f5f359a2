using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.States;

public sealed class FlowTests
{
    [Fact]
    public async Task The_five_fields_of_a_task_are_applied_in_order()
    {
        var definition = """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","InputPath":"$.in","Parameters":{"x.$":"$.a","ctx.$":"$$.State.Name"},
                "ResultSelector":{"got.$":"$.x"},"ResultPath":"$.out.deep","OutputPath":"$.out","End":true}}}
            """;
        var run = new Run();
        Assert.Equal(Run.Json("""{"deep":{"got":1}}"""), (await run.RunAsync(definition, """{"in":{"a":1}}""")).Output);
        Assert.Equal(Run.Json("""{"x":1,"ctx":"T"}"""), run.Requests.Single().Parameters);
        Assert.Equal(
            ["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"],
            run.EventTypes);
    }

    [Fact]
    public async Task A_wait_lasts_for_its_duration()
    {
        var run = new Run();
        await run.RunAsync("""{"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$.s","Next":"U"},"U":{"Type":"Wait","Timestamp":"2026-01-01T01:00:00Z","End":true}}}""", """{"s":90}""");
        Assert.Equal([90, 3510], run.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_state_machine_that_takes_too_long_times_out()
    {
        var result = await Run.Of("""{"TimeoutSeconds":5,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}}""");
        Assert.Equal(ExecutionStatus.TimedOut, result.Status);
    }

    [Fact]
    public async Task An_exception_in_an_integration_fails_the_execution()
    {
        var run = new Run { Task = (_, _) => throw new InvalidOperationException("a fault") };
        var result = await run.RunAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}}""");
        Assert.Equal((ExecutionStatus.Failed, "States.Runtime", "a fault"), (result.Status, result.Error, result.Cause));
        Assert.Equal("ExecutionFailed", run.EventTypes.Last());
    }

    [Fact]
    public async Task A_failing_branch_stops_the_other_branches_and_fails_the_state()
    {
        var definition = """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Next":"D","Catch":[{"ErrorEquals":["Boom"],"ResultPath":"$.e","Next":"D"}],"Branches":[
                {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:slow","End":true}}},
                {"StartAt":"B","States":{"B":{"Type":"Fail","Error":"Boom","Cause":"b"}}}]},"D":{"Type":"Pass","End":true}}}
            """;
        var run = new Run { Task = RetryTests.Forever };
        Assert.Equal(Run.Json("""{"e":{"Error":"Boom","Cause":"b"}}"""), (await run.RunAsync(definition)).Output);
    }

    [Fact]
    public async Task A_map_keeps_the_order_of_its_items_and_limits_concurrency()
    {
        var definition = """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemSelector":{"v.$":"$$.Map.Item.Value","i.$":"$$.Map.Item.Index","k.$":"$.k"},
                "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}},"ResultPath":"$.r","End":true}}}
            """;
        var (running, most) = (0, 0);
        var run = new Run
        {
            Task = async (request, _) =>
            {
                var now = Interlocked.Increment(ref running);
                most = Math.Max(most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return request.Parameters;
            },
        };
        var result = await run.RunAsync(definition, """{"items":["a","b","c"],"k":7}""");
        Assert.Equal(Run.Json("""[{"v":"a","i":0,"k":7},{"v":"b","i":1,"k":7},{"v":"c","i":2,"k":7}]"""), ((StatesObject)result.Output!)["r"]);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Branches_see_outer_variables_and_keep_their_changes_local()
    {
        var definition = """
            {"StartAt":"S","States":{"S":{"Type":"Pass","Assign":{"x":1},"Next":"P"},
                "P":{"Type":"Parallel","Next":"E","Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"y.$":"States.MathAdd($x, 1)"},"Next":"B"},"B":{"Type":"Pass","Parameters":{"y.$":"$y"},"End":true}}}]},
                "E":{"Type":"Pass","Parameters":{"x.$":"$x","p.$":"$"},"End":true}}}
            """;
        Assert.Equal(Run.Json("""{"x":1,"p":[{"y":2}]}"""), (await Run.Of(definition)).Output);
    }

    [Fact]
    public async Task A_payload_over_the_limit_fails_the_state()
    {
        var result = await new Run { Task = (_, _) => new(new string('x', 262_144)) }
            .RunAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true}}}""");
        Assert.Equal(("States.DataLimitExceeded", "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit."), (result.Error, result.Cause));
    }

    [Fact]
    public async Task A_task_that_sends_no_heartbeat_times_out()
    {
        var result = await new Run { Task = RetryTests.Forever }
            .RunAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","HeartbeatSeconds":3,"End":true}}}""");
        Assert.Equal(("States.Timeout", null), (result.Error, result.Cause));
    }

    [Theory]
    [InlineData("States.HeartbeatTimeout")]
    [InlineData("States.Timeout")]
    public async Task A_missing_heartbeat_is_caught_by_both_error_names_and_after_resume(string name)
    {
        var definition = """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","HeartbeatSeconds":3,"Catch":[{"ErrorEquals":["NAME"],"Next":"P"}],"End":true},"P":{"Type":"Pass","End":true}}}
            """.Replace("NAME", name, StringComparison.Ordinal);
        var run = new Run { Task = RetryTests.Forever };
        var expected = Run.Json("""{"Error":"States.Timeout","Cause":""}""");
        Assert.Equal(expected, (await run.RunAsync(definition)).Output);
        var timedOut = run.Events.TakeWhile(recorded => recorded.Details is not StateExitedDetails).Select(recorded => HistoryEventCodec.Read(HistoryEventCodec.Write(recorded)));
        Assert.Equal(expected, (await new Run().RunAsync(definition, recorded: [.. timedOut])).Output);
    }

    [Fact]
    public async Task A_loop_ends_at_the_history_limit()
    {
        var run = new Run();
        var result = await run.RunAsync(
            """{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"E"}],"Default":"A"},"E":{"Type":"Succeed"}}}""");
        Assert.Equal((ExecutionStatus.Failed, "States.Runtime"), (result.Status, result.Error));
        Assert.Equal(25_000, run.Events.Count);
    }

    [Fact]
    public async Task The_failure_of_an_expression_without_a_result_is_recorded()
    {
        var run = new Run();
        var result = await run.RunAsync("""{"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Pass","Output":{"r":"{% $nothing %}"},"End":true}}}""");
        Assert.Equal("States.QueryEvaluationError", result.Error);
        Assert.Equal(["ExecutionStarted", "PassStateEntered", "EvaluationFailed", "ExecutionFailed"], run.EventTypes);
    }
}
