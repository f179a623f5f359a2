using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

public sealed class DurabilityTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("step-functions-").FullName;
    private readonly string _killed = Path.Combine(Path.GetTempPath(), $"step-functions-killed-{Guid.NewGuid():N}");

    [Fact]
    public async Task Running_executions_continue_after_a_restart_without_repeating_tasks()
    {
        var options = new LocalCloudOptions { DataDirectory = _data };
        var calls = new List<string>();
        string execution, arn;
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            var second = new TaskCompletionSource();
            server.Function = async (payload, _) =>
            {
                calls.Add(payload);
                if (payload != "1")
                {
                    second.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
                }

                return "\"done\"";
            };
            arn = await server.CreateAsync("""
                {"StartAt":"A","States":{
                    "A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","InputPath":"$.first","ResultPath":"$.a","Next":"B"},
                    "B":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","InputPath":"$.second","ResultPath":"$.b","End":true}}}
                """);
            execution = await server.StartExecutionAsync(arn, """{"first":1,"second":2}""");
            await second.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using (var server = await StepFunctionsServer.StartAsync(options, Again))
        {
            var ended = await server.EndAsync(execution);
            Assert.Equal("""{"first":1,"second":2,"a":"done","b":"again"}""", (string?)ended["output"]);
        }

        Task<string> Again(string payload, string? traceHeader)
        {
            calls.Add(payload);
            return Task.FromResult("\"again\"");
        }

        Assert.Equal("1", Assert.Single(calls, payload => payload == "1"));
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            var listed = await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn });
            Assert.Equal(execution, (string?)listed["executions"]![0]!["executionArn"]);
            var history = await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution });
            Assert.Equal(Enumerable.Range(1, 12), history["events"]!.AsArray().Select(historyEvent => (int)historyEvent!["id"]!));
        }
    }

    [Fact]
    public async Task Versions_aliases_and_tags_survive_a_restart()
    {
        var options = new LocalCloudOptions { DataDirectory = _data };
        string arn;
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            arn = await server.CreateAsync("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
            await server.CallAsync("PublishStateMachineVersion", new JsonObject { ["stateMachineArn"] = arn });
            await server.CallAsync("CreateStateMachineAlias", new JsonObject
            {
                ["name"] = "live",
                ["routingConfiguration"] = new JsonArray(new JsonObject { ["stateMachineVersionArn"] = $"{arn}:1", ["weight"] = 100 }),
            });
            await server.CallAsync("TagResource", new JsonObject { ["resourceArn"] = arn, ["tags"] = new JsonArray(new JsonObject { ["key"] = "k", ["value"] = "v" }) });
        }

        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            var ended = await server.EndAsync(await server.StartExecutionAsync($"{arn}:live"));
            Assert.Equal(($"{arn}:live", $"{arn}:1"), ((string?)ended["stateMachineAliasArn"], (string?)ended["stateMachineVersionArn"]));
            Assert.Equal("v", (string?)(await server.CallAsync("ListTagsForResource", new JsonObject { ["resourceArn"] = arn }))["tags"]![0]!["value"]);
        }
    }

    [Fact]
    public async Task An_acknowledged_callback_survives_a_kill()
    {
        var token = new TaskCompletionSource<string>();
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _data }))
        {
            server.Function = async (payload, _) =>
            {
                token.TrySetResult((string)JsonNode.Parse(payload)!["token"]!);
                // Never respond, so that the callback arrives while the function is still running.
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
                return "null";
            };
            execution = await server.StartExecutionAsync(await server.CreateAsync("""
                {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true}}}
                """));
            var given = await token.Task.WaitAsync(TestContext.Current.CancellationToken);
            Assert.Empty(await server.CallAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = given, ["output"] = """{"ok":true}""" }));
            KeepAsKilled();
        }

        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _killed }))
            Assert.Equal("""{"ok":true}""", (string?)(await server.EndAsync(execution))["output"]);
    }

    [Fact]
    public async Task A_callback_is_accepted_before_its_resumed_task_runs_again()
    {
        var token = new TaskCompletionSource<string>();
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _data }))
        {
            server.Function = (payload, _) =>
            {
                token.TrySetResult((string)JsonNode.Parse(payload)!["token"]!);
                return Task.FromResult("null");
            };
            execution = await server.StartExecutionAsync(await server.CreateAsync("""
                {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true}}}
                """));
            await token.Task.WaitAsync(TestContext.Current.CancellationToken);
            KeepAsKilled();
        }

        var called = new TaskCompletionSource();
        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _killed }, CallAgainAsync))
        {
            Assert.Empty(await server.CallAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = await token.Task, ["output"] = "1" }));
            called.SetResult();
            Assert.Equal("1", (string?)(await server.EndAsync(execution))["output"]);
        }

        async Task<string> CallAgainAsync(string payload, string? traceHeader)
        {
            await called.Task;
            return "null";
        }
    }

    [Fact]
    public async Task An_activity_task_held_by_a_worker_survives_a_kill()
    {
        string execution, activity, token;
        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _data }))
        {
            activity = (string)(await server.CallAsync("CreateActivity", new JsonObject { ["name"] = "a" }))["activityArn"]!;
            execution = await server.StartExecutionAsync(
                await server.CreateAsync(
                """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"ACTIVITY","End":true}}}""".Replace("ACTIVITY", activity, StringComparison.Ordinal)));
            token = (string)(await server.CallAsync("GetActivityTask", new JsonObject { ["activityArn"] = activity, ["workerName"] = "w" }))["taskToken"]!;
            KeepAsKilled();
        }

        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _killed }))
        {
            Assert.Empty(await server.CallAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = token, ["output"] = "7" }));
            Assert.Equal("7", (string?)(await server.EndAsync(execution))["output"]);
            var history = await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution });
            Assert.Equal(
                ["ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted", "ActivitySucceeded", "TaskStateExited", "ExecutionSucceeded"],
                history["events"]!.AsArray().Select(historyEvent => (string?)historyEvent!["type"]));
        }
    }

    [Fact]
    public async Task An_execution_with_a_final_event_has_ended_even_if_its_row_says_running()
    {
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _data }))
        {
            execution = await server.StartExecutionAsync(await server.CreateAsync("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}"""));
            KeepAsKilled();
            await server.CallAsync("StopExecution", new JsonObject { ["executionArn"] = execution, ["error"] = "E", ["cause"] = "C" });
        }

        // Combine the database row that shows the execution as running with the execution's complete history.
        Execute(_killed, $"ATTACH '{Database(_data)}' AS whole; INSERT OR REPLACE INTO main.events SELECT * FROM whole.events");
        await using (var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _killed }))
        {
            var ended = await server.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution });
            Assert.Equal(("ABORTED", "E", "C"), ((string?)ended["status"], (string?)ended["error"], (string?)ended["cause"]));
            Assert.Equal("ExecutionAborted", (string?)(await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution }))["events"]!.AsArray()[^1]!["type"]);
        }
    }

    [Fact]
    public async Task Failed_batch_is_retried_and_not_acknowledged_until_committed()
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = _data });
        var arn = await server.CreateAsync("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
        // Executions can still be read, but each insert fails because the trigger writes to a table that does not exist.
        Execute(_data, "CREATE TRIGGER refuse BEFORE INSERT ON executions BEGIN INSERT INTO missing VALUES (1); END");
        var starting = server.StartExecutionAsync(arn);
        while (await server.IsHealthyAsync())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(starting.IsCompleted);
        Execute(_data, "DROP TRIGGER refuse");
        var execution = await starting;
        await server.EndAsync(execution);
        Assert.True(await server.IsHealthyAsync());
        KeepAsKilled();
        await using var again = await StepFunctionsServer.StartAsync(new() { DataDirectory = _killed });
        Assert.Equal(4, (await again.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution }))["events"]!.AsArray().Count);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
        if (Directory.Exists(_killed))
            Directory.Delete(_killed, recursive: true);
    }

    private static string Database(string data) => Path.Combine(data, "step-functions", "step-functions.db");

    private static void Execute(string data, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database(data)}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Copies the files of the data folder as they are now, as if the process had been killed at this point.</summary>
    private void KeepAsKilled()
    {
        foreach (var file in new DirectoryInfo(_data).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension != ".lock"))
        {
            var copy = Path.Combine(_killed, Path.GetRelativePath(_data, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy, overwrite: true);
        }
    }
}
