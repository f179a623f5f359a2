using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

public sealed class RedriveTests : IDisposable
{
    private const string Machine = """
        {"StartAt":"A","States":{
            "A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","InputPath":"$.a","ResultPath":"$.a","Next":"P"},
            "P":{"Type":"Parallel","ResultPath":"$.p","End":true,"Branches":[
                {"StartAt":"B","States":{"B":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","InputPath":"$.b","End":true}}},
                {"StartAt":"C","States":{"C":{"Type":"Pass","Result":"c","End":true}}}]}}}
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("redriven-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_redriven_execution_continues_at_the_failed_state(bool isRestarted)
    {
        var options = new LocalCloudOptions { DataDirectory = isRestarted ? _data : null };
        var calls = new List<string>();
        var server = await StepFunctionsServer.StartAsync(options, CallAsync);
        try
        {
            var execution = await server.StartExecutionAsync(await server.CreateAsync(Machine), """{"a":1,"b":2}""");
            Assert.Equal("FAILED", (string?)(await server.EndAsync(execution))["status"]);
            if (isRestarted)
            {
                await server.DisposeAsync();
                server = await StepFunctionsServer.StartAsync(options, CallAsync);
            }

            var named = new JsonObject { ["executionArn"] = execution };
            Assert.Equal("REDRIVABLE", (string?)(await server.CallAsync("DescribeExecution", named.DeepClone().AsObject()))["redriveStatus"]);
            Assert.NotNull((await server.CallAsync("RedriveExecution", named.DeepClone().AsObject()))["redriveDate"]);
            var ended = await server.EndAsync(execution);
            Assert.Equal(("SUCCEEDED", """{"a":1,"b":2,"p":[2,"c"]}""", 1), ((string?)ended["status"], (string?)ended["output"], (int)ended["redriveCount"]!));
            Assert.NotNull(ended["redriveDate"]);
            Assert.Equal(["1", "2", "2"], calls);
            var types = await server.EventTypesAsync(execution);
            Assert.Equal(["ExecutionRedriven"], types.Where(type => type == "ExecutionRedriven"));
            Assert.Single(types, "ExecutionStarted");
            Assert.Equal("ExecutionSucceeded", types[^1]);

            var again = await server.CallAsync("RedriveExecution", named.DeepClone().AsObject());
            Assert.Equal(("ExecutionNotRedrivable", "Execution Not Redrivable: 'Execution is SUCCEEDED and cannot be redriven'"), ((string?)again["__type"], (string?)again["message"]));
            Assert.Single((await ListAsync(server, "REDRIVEN"))["executions"]!.AsArray());
            Assert.Empty((await ListAsync(server, "NOT_REDRIVEN"))["executions"]!.AsArray());
        }
        finally
        {
            await server.DisposeAsync();
        }

        Task<string> CallAsync(string payload, string? traceHeader)
        {
            calls.Add(payload);
            return payload == "2" && calls.Count == 2 ? throw new InvalidOperationException("not yet") : Task.FromResult(payload);
        }
    }

    [Fact]
    public async Task A_running_execution_cannot_be_redriven()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var execution = await server.StartExecutionAsync(await server.CreateAsync("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}"""));
        Assert.Equal("ExecutionNotRedrivable", (string?)(await server.CallAsync("RedriveExecution", new JsonObject { ["executionArn"] = execution }))["__type"]);
        Assert.Equal("ExecutionDoesNotExist", (string?)(await server.CallAsync("RedriveExecution", new JsonObject { ["executionArn"] = execution + "x" }))["__type"]);
    }

    [Fact]
    public async Task A_stopped_execution_is_redriven_from_the_stopped_state()
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var stopped = new TaskCompletionSource();
        server.Function = async (payload, _) =>
        {
            stopped.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
            return payload;
        };
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Machine), """{"a":1,"b":2}""");
        await stopped.Task.WaitAsync(TestContext.Current.CancellationToken);
        await server.CallAsync("StopExecution", new JsonObject { ["executionArn"] = execution });
        Assert.Equal("ABORTED", (string?)(await server.EndAsync(execution))["status"]);
        server.Function = (payload, _) => Task.FromResult(payload);
        await server.CallAsync("RedriveExecution", new JsonObject { ["executionArn"] = execution });
        Assert.Equal("""{"a":1,"b":2,"p":[2,"c"]}""", (string?)(await server.EndAsync(execution))["output"]);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    private static Task<JsonObject> ListAsync(StepFunctionsServer server, string redriveFilter) => server.CallAsync("ListExecutions", new JsonObject
    {
        ["stateMachineArn"] = "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
        ["redriveFilter"] = redriveFilter,
    });
}
