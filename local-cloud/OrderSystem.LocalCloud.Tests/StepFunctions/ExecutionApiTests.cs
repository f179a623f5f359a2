using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

public sealed class ExecutionApiTests
{
    private const string Echo = """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""";
    private const string Waiting = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    [Fact]
    public async Task The_same_name_and_input_start_one_execution_while_it_runs()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var arn = await server.CreateAsync(Waiting);
        var first = await server.StartExecutionAsync(arn, """{"a":1}""", "e");
        Assert.Equal(first, await server.StartExecutionAsync(arn, """{"a":1}""", "e"));
        var other = await server.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = arn, ["name"] = "e", ["input"] = """{"a":2}""" });
        Assert.Equal("ExecutionAlreadyExists", (string?)other["__type"]);
        await server.CallAsync("StopExecution", new JsonObject { ["executionArn"] = first, ["error"] = "E", ["cause"] = "C" });
        var ended = await server.EndAsync(first);
        Assert.Equal(("ABORTED", "E", "C"), ((string?)ended["status"], (string?)ended["error"], (string?)ended["cause"]));
        var again = await server.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = arn, ["name"] = "e", ["input"] = """{"a":1}""" });
        Assert.Equal("ExecutionAlreadyExists", (string?)again["__type"]);
    }

    [Fact]
    public async Task A_history_is_read_in_pages_in_either_order()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Echo));
        await server.EndAsync(execution);
        var first = await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution, ["maxResults"] = 3 });
        var second = await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution, ["maxResults"] = 3, ["nextToken"] = (string?)first["nextToken"] });
        Assert.Equal([1, 2, 3, 4], first["events"]!.AsArray().Concat(second["events"]!.AsArray()).Select(historyEvent => (int)historyEvent!["id"]!));
        Assert.Null(second["nextToken"]);
        var reversed = await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution, ["reverseOrder"] = true });
        Assert.Equal([4, 3, 2, 1], reversed["events"]!.AsArray().Select(historyEvent => (int)historyEvent!["id"]!));
    }

    [Fact]
    public async Task A_callback_ends_its_task_once()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var token = new TaskCompletionSource<string>();
        server.Function = (payload, _) =>
        {
            token.TrySetResult((string)JsonNode.Parse(payload)!["token"]!);
            return Task.FromResult("null");
        };
        var arn = await server.CreateAsync("""
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true}}}
            """);
        var execution = await server.StartExecutionAsync(arn);
        var given = await token.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await server.CallAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = given, ["output"] = """{"ok":true}""" }));
        Assert.Equal("""{"ok":true}""", (string?)(await server.EndAsync(execution))["output"]);
        Assert.Equal("TaskTimedOut", (string?)(await server.CallAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = given, ["output"] = "{}" }))["__type"]);
        Assert.Equal("InvalidToken", (string?)(await server.CallAsync("SendTaskHeartbeat", new JsonObject { ["taskToken"] = "nobody's" }))["__type"]);
    }

    [Fact]
    public async Task A_worker_completes_an_activity_task()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var activity = (string)(await server.CallAsync("CreateActivity", new JsonObject { ["name"] = "a" }))["activityArn"]!;
        var arn = await server.CreateAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"ACTIVITY","End":true}}}""".Replace("ACTIVITY", activity, StringComparison.Ordinal));
        var execution = await server.StartExecutionAsync(arn, """{"x":1}""");
        var task = await server.CallAsync("GetActivityTask", new JsonObject { ["activityArn"] = activity, ["workerName"] = "w" });
        Assert.Equal("""{"x":1}""", (string?)task["input"]);
        await server.CallAsync("SendTaskFailure", new JsonObject { ["taskToken"] = (string?)task["taskToken"], ["error"] = "Bad", ["cause"] = "why" });
        Assert.Equal("Bad", (string?)(await server.EndAsync(execution))["error"]);
    }

    [Fact]
    public async Task An_express_execution_returns_its_result_to_the_caller()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var arn = await server.CreateAsync(Echo, type: "EXPRESS");
        var answer = await server.CallAsync("StartSyncExecution", new JsonObject { ["stateMachineArn"] = arn, ["input"] = """{"a":1}""" });
        Assert.Equal(("SUCCEEDED", """{"a":1}"""), ((string?)answer["status"], (string?)answer["output"]));
        Assert.Equal("StateMachineTypeNotSupported", (string?)(await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn }))["__type"]);
    }

    [Fact]
    public async Task The_oldest_closed_executions_are_evicted_from_memory()
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { RetainedExecutions = 2 });
        var arn = await server.CreateAsync(Echo);
        var executions = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            executions.Add(await server.StartExecutionAsync(arn));
            await server.EndAsync(executions[^1]);
        }

        JsonObject listed;
        do
            listed = await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn });
        while (listed["executions"]!.AsArray().Count > 2);
        Assert.Equal(executions.Skip(2).Reverse(), listed["executions"]!.AsArray().Select(execution => (string)execution!["executionArn"]!));
    }
}
