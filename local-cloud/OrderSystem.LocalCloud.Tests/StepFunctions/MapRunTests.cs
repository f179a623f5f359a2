using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests distributed Map states through the API: map runs, their child executions, and the outcomes of both.</summary>
public sealed class MapRunTests : IDisposable
{
    private const string Function = "arn:aws:lambda:us-east-1:000000000000:function:f";

    private readonly string _data = Directory.CreateTempSubdirectory("map-runs-").FullName;

    [Fact]
    public async Task A_map_run_counts_items_and_child_executions()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var execution = await server.StartExecutionAsync(
            await server.CreateAsync(
            Map("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", """ "Label":"Items","ItemBatcher":{"MaxItemsPerBatch":2}""")),
            """{"items":[1,2,3]}""");
        Assert.Equal("""[{"Items":[1,2]},{"Items":[3]}]""", (string?)(await server.EndAsync(execution))["output"]);
        var run = await RunOfAsync(server, execution);
        Assert.Equal(("SUCCEEDED", 3, 3, 2, 2),
            ((string?)run["status"], (int)run["itemCounts"]!["total"]!, (int)run["itemCounts"]!["succeeded"]!, (int)run["executionCounts"]!["total"]!,
            (int)run["executionCounts"]!["succeeded"]!));
        Assert.Contains(":mapRun:machine/Items:", (string?)run["mapRunArn"], StringComparison.Ordinal);
        var children = await ChildrenAsync(server, run);
        Assert.Equal([2, 1], children.OrderBy(child => (int)child["itemCount"]!).Reverse().Select(child => (int)child["itemCount"]!));
        Assert.All(children, child => Assert.Contains(":execution:machine/Items:", (string?)child["executionArn"], StringComparison.Ordinal));
        Assert.Equal(
            ["ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"],
            await server.EventTypesAsync(execution));
    }

    [Theory]
    [InlineData("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", """ "Label":"Items" """, "Items")]
    [InlineData("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", "", null)]
    public async Task The_state_machine_of_a_child_execution_has_the_label_of_its_Map_state(string processor, string fields, string? label)
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Map(processor, fields.Trim())), """{"items":[1]}""");
        await server.EndAsync(execution);
        var run = await RunOfAsync(server, execution);
        var child = Assert.Single(await ChildrenAsync(server, run));
        var described = await server.CallAsync("DescribeStateMachineForExecution", new JsonObject { ["executionArn"] = child["executionArn"]!.DeepClone() });
        Assert.Equal(label ?? ((string)run["mapRunArn"]!).Split('/')[1].Split(':')[0], (string?)described["label"]);
        Assert.Equal((string?)run["mapRunArn"], (string?)described["mapRunArn"]);
        Assert.Null((await server.CallAsync("DescribeStateMachineForExecution", new JsonObject { ["executionArn"] = execution }))["label"]);
    }

    [Fact]
    public async Task A_Map_with_Iterator_in_place_of_ItemProcessor_is_distributed_too()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var definition = Map("""{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"No"}],"Default":"Yes"},"No":{"Type":"Fail","Error":"x"},"Yes":{"Type":"Pass","End":true}}}""", """ "ToleratedFailurePercentage":99""");
        var execution = await server.StartExecutionAsync(await server.CreateAsync(definition.Replace("\"ItemProcessor\"", "\"Iterator\"", StringComparison.Ordinal)), """{"items":[1,2,3]}""");
        Assert.Equal("[1,3]", (string?)(await server.EndAsync(execution))["output"]);
        Assert.Equal(3, (int)(await RunOfAsync(server, execution))["itemCounts"]!["total"]!);
    }

    [Theory]
    [InlineData(""" "ToleratedFailureCount":1,"ToleratedFailurePercentage":90""", "FAILED")]
    [InlineData(""" "ToleratedFailureCount":3,"ToleratedFailurePercentage":40""", "FAILED")]
    [InlineData(""" "ToleratedFailureCount":2,"ToleratedFailurePercentage":50""", "SUCCEEDED")]
    [InlineData(""" "ToleratedFailurePercentage":50""", "SUCCEEDED")]
    [InlineData(""" "ToleratedFailureCount":2""", "SUCCEEDED")]
    [InlineData(""" "ToleratedFailureCount":0""", "FAILED")]
    [InlineData("", "FAILED")]
    public async Task A_run_fails_when_more_items_fail_than_either_limit_tolerates(string tolerance, string status)
    {
        await using var server = await StepFunctionsServer.StartAsync();
        server.Function = Odd;
        var execution = await server.StartExecutionAsync(
            await server.CreateAsync(Map(Task, string.Join(',', new[] { """ "MaxConcurrency":1""", tolerance }.Where(field => field.Length > 0)))),
            """{"items":[1,2,3,4]}""");
        var ended = await server.EndAsync(execution);
        Assert.Equal(status, (string?)ended["status"]);
        if (status == "FAILED")
            Assert.Equal(("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded"), ((string?)ended["error"], (string?)ended["cause"]));
        else
            Assert.Equal("[2,4]", (string?)ended["output"]);
        Assert.Equal(status, (string?)(await RunOfAsync(server, execution))["status"]);
    }

    [Fact]
    public async Task The_children_of_a_stopped_execution_are_stopped_with_it()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Map("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""")), """{"items":[1,2]}""");
        var run = await server.UntilAsync(() => RunOfAsync(server, execution), run => (int?)run["executionCounts"]?["running"] == 2);
        await server.CallAsync("StopExecution", new JsonObject { ["executionArn"] = execution });
        Assert.Equal("ABORTED", (string?)(await server.EndAsync(execution))["status"]);
        Assert.All(await ChildrenAsync(server, run), child => Assert.Equal("ABORTED", (string?)child["status"]));
        Assert.Equal(("ABORTED", 2), ((string?)(await RunOfAsync(server, execution))["status"], (int)(await RunOfAsync(server, execution))["executionCounts"]!["aborted"]!));
    }

    [Fact]
    public async Task When_too_many_items_have_failed_the_others_are_stopped()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var processor = """{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":0,"Next":"F"}],"Default":"W"},"F":{"Type":"Fail"},"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Map(processor)), """{"items":[1,0]}""");
        Assert.Equal("FAILED", (string?)(await server.EndAsync(execution))["status"]);
        Assert.Equal(["ABORTED", "FAILED"], (await ChildrenAsync(server, await RunOfAsync(server, execution))).Select(child => (string)child["status"]!).Order());
        Assert.Equal(
            ["MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"],
            (await server.EventTypesAsync(execution)).Skip(3));
    }

    [Fact]
    public async Task The_limits_of_a_map_run_can_be_changed_while_it_runs()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var (running, go) = (0, new TaskCompletionSource());
        server.Function = async (payload, _) =>
        {
            Interlocked.Increment(ref running);
            await go.Task;
            return payload == "1" ? throw new InvalidOperationException("1") : payload;
        };
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Map(Task, """ "MaxConcurrency":1""")), """{"items":[1,2,3]}""");
        var run = await server.UntilAsync(() => RunOfAsync(server, execution), run => run["mapRunArn"] is not null && Volatile.Read(ref running) == 1);
        var arn = (string)run["mapRunArn"]!;
        Assert.Equal("ValidationException", (string?)(await UpdateAsync(server, arn, "toleratedFailurePercentage", 200))["__type"]);
        Assert.Equal("ValidationException", (string?)(await UpdateAsync(server, arn, "maxConcurrency", -1))["__type"]);
        Assert.Equal("ValidationException", (string?)(await server.CallAsync("UpdateMapRun", new JsonObject { ["mapRunArn"] = arn }))["__type"]);
        Assert.Empty(await UpdateAsync(server, arn, "maxConcurrency", 3));
        await server.UntilAsync(() => RunOfAsync(server, execution), _ => Volatile.Read(ref running) == 3);
        Assert.Empty(await UpdateAsync(server, arn, "toleratedFailureCount", 1));
        go.SetResult();
        Assert.Equal("[2,3]", (string?)(await server.EndAsync(execution))["output"]);
        Assert.Equal((3, 1), ((int)(await RunOfAsync(server, execution))["maxConcurrency"]!, (int)(await RunOfAsync(server, execution))["toleratedFailureCount"]!));
    }

    [Theory]
    [InlineData("STANDARD", true)]
    [InlineData("STANDARD", false)]
    [InlineData("EXPRESS", true)]
    [InlineData("EXPRESS", false)]
    public async Task A_redriven_execution_redrives_the_children_that_failed(string type, bool isRestarted)
    {
        var options = new OrderSystem.LocalCloud.LocalCloudOptions { DataDirectory = isRestarted ? _data : null };
        var processor = $$"""{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"{{Function}}","ResultPath":null,"Next":"B"},"B":{"Type":"Task","Resource":"{{Function}}","InputPath":"$.b","End":true} } }""";
        var calls = new ConcurrentQueue<string>();
        var server = await StepFunctionsServer.StartAsync(options);
        try
        {
            server.Function = (payload, _) =>
            {
                calls.Enqueue(payload);
                return payload == "3" ? throw new InvalidOperationException("3") : System.Threading.Tasks.Task.FromResult(payload);
            };
            var execution = await server.StartExecutionAsync(await server.CreateAsync(Map(processor, "\"MaxConcurrency\":1", type)), """{"items":[{"a":1,"b":1},{"a":2,"b":3}]}""");
            Assert.Equal("FAILED", (string?)(await server.EndAsync(execution))["status"]);
            if (isRestarted)
            {
                await server.DisposeAsync();
                server = await StepFunctionsServer.StartAsync(options);
            }

            var run = await RunOfAsync(server, execution);
            var failed = (await ChildrenAsync(server, run)).Single(child => (string?)child["status"] == "FAILED");
            var child = new JsonObject { ["executionArn"] = (string?)failed["executionArn"] };
            Assert.Equal("REDRIVABLE_BY_MAP_RUN", (string?)(await server.CallAsync("DescribeExecution", child.DeepClone().AsObject()))["redriveStatus"]);
            Assert.Equal("ExecutionNotRedrivable", (string?)(await server.CallAsync("RedriveExecution", child.DeepClone().AsObject()))["__type"]);

            calls.Clear();
            server.Function = (payload, _) =>
            {
                calls.Enqueue(payload);
                return System.Threading.Tasks.Task.FromResult(payload);
            };
            Assert.NotNull((await server.CallAsync("RedriveExecution", new JsonObject { ["executionArn"] = execution }))["redriveDate"]);
            Assert.Equal("[1,3]", (string?)(await server.EndAsync(execution))["output"]);
            Assert.Equal(type == "STANDARD" ? ["3"] : ["""{"a":2,"b":3}""", "3"], calls);
            run = await RunOfAsync(server, execution);
            Assert.Equal(("SUCCEEDED", 1, 2), ((string?)run["status"], (int)run["redriveCount"]!, (int)run["executionCounts"]!["succeeded"]!));
            Assert.Equal(
                ["ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"],
                (await server.EventTypesAsync(execution)).Skip(7));
            Assert.Equal(type == "STANDARD" ? 1 : 0, (int)(await server.CallAsync("DescribeExecution", child.DeepClone().AsObject()))["redriveCount"]!);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Map_runs_and_their_children_survive_a_restart()
    {
        var options = new OrderSystem.LocalCloud.LocalCloudOptions { DataDirectory = _data };
        string execution, child;
        JsonObject run;
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            execution = await server.StartExecutionAsync(await server.CreateAsync(Map(Task, type: "EXPRESS")), """{"items":[1,2]}""");
            await server.EndAsync(execution);
            run = await RunOfAsync(server, execution);
            child = (string)(await ChildrenAsync(server, run))[0]["executionArn"]!;
        }

        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            var kept = await RunOfAsync(server, execution);
            Assert.Equal(run.ToJsonString(), kept.ToJsonString());
            Assert.Equal("SUCCEEDED", (string?)(await server.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = child }))["status"]);
            Assert.Equal("ExecutionSucceeded", (await server.EventTypesAsync(child))[^1]);
            Assert.All(await ChildrenAsync(server, kept), entry => Assert.Equal("SUCCEEDED", (string?)entry["status"]));
        }
    }

    [Fact]
    public async Task A_map_run_continues_with_its_unfinished_children()
    {
        var options = new OrderSystem.LocalCloud.LocalCloudOptions { DataDirectory = _data };
        var calls = new ConcurrentQueue<string>();
        var hung = new TaskCompletionSource();
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            server.Function = async (payload, _) =>
            {
                calls.Enqueue(payload);
                if (payload == "2")
                {
                    hung.SetResult();
                    await System.Threading.Tasks.Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
                }

                return payload;
            };
            execution = await server.StartExecutionAsync(await server.CreateAsync(Map(Task, """ "MaxConcurrency":1""")), """{"items":[1,2,3]}""");
            await hung.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using (var server = await StepFunctionsServer.StartAsync(options, (payload, _) =>
        {
            calls.Enqueue(payload);
            return System.Threading.Tasks.Task.FromResult(payload);
        }))
        {
            Assert.Equal("[1,2,3]", (string?)(await server.EndAsync(execution))["output"]);
            Assert.Equal(["1", "2", "2", "3"], calls);
            Assert.Equal(3, (int)(await RunOfAsync(server, execution))["executionCounts"]!["succeeded"]!);
        }
    }

    [Fact]
    public async Task In_memory_map_runs_are_evicted_with_their_execution()
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { RetainedExecutions = 1 });
        var arn = await server.CreateAsync(Map(Task));
        var first = await server.StartExecutionAsync(arn, """{"items":[1]}""");
        await server.EndAsync(first);
        var run = (string)(await RunOfAsync(server, first))["mapRunArn"]!;
        await server.EndAsync(await server.StartExecutionAsync(arn, """{"items":[1]}"""));
        await server.UntilAsync(() => server.CallAsync("DescribeMapRun", new JsonObject { ["mapRunArn"] = run }), answer => (string?)answer["__type"] == "ResourceNotFound");
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    private const string Task = """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}}""";

    private static string Map(string processor, string fields = "", string type = "STANDARD")
    {
        var definition = JsonNode.Parse("""{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","End":true}}}""")!;
        var map = definition["States"]!["M"]!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{fields}}}")!.AsObject())
            map[name] = value?.DeepClone();
        map["ItemProcessor"] = JsonNode.Parse(processor);
        map["ItemProcessor"]!["ProcessorConfig"] = new JsonObject { ["Mode"] = "DISTRIBUTED", ["ExecutionType"] = type };
        return definition.ToJsonString();
    }

    private static Task<string> Odd(string payload, string? traceHeader) =>
        payload is "1" or "3" ? throw new InvalidOperationException(payload) : System.Threading.Tasks.Task.FromResult(payload);

    private static Task<JsonObject> UpdateAsync(StepFunctionsServer server, string arn, string setting, int value) =>
        server.CallAsync("UpdateMapRun", new JsonObject { ["mapRunArn"] = arn, [setting] = value });

    /// <summary>
    /// Returns the description of an execution's newest map run, or an empty object if the execution has no map run yet.
    /// </summary>
    private static async Task<JsonObject> RunOfAsync(StepFunctionsServer server, string execution)
    {
        var listed = await server.CallAsync("ListMapRuns", new JsonObject { ["executionArn"] = execution });
        return listed["mapRuns"] is JsonArray { Count: > 0 } runs ? await server.CallAsync("DescribeMapRun", new JsonObject { ["mapRunArn"] = (string?)runs[0]!["mapRunArn"] }) : [];
    }

    private static async Task<List<JsonNode>> ChildrenAsync(StepFunctionsServer server, JsonObject run) =>
        [.. (await server.CallAsync("ListExecutions", new JsonObject { ["mapRunArn"] = (string?)run["mapRunArn"] }))["executions"]!.AsArray().Select(child => child!)];
}
