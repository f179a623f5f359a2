using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests <c>ListExecutions</c> in memory and on disk, and which executions are evicted from memory.</summary>
public sealed class ListingTests : IDisposable
{
    private const string Machine = """
        {"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"F"},{"Variable":"$.n","NumericEquals":2,"Next":"W"}],"Default":"P"},
            "F":{"Type":"Fail"},"W":{"Type":"Wait","Seconds":3600,"End":true},"P":{"Type":"Pass","End":true}}}
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("listed-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Executions_are_listed_in_pages_by_status_newest_first(bool isOnDisk)
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = isOnDisk ? _data : null });
        var arn = await server.CreateAsync(Machine);
        var executions = new List<(string Arn, int Kind)>();
        for (var i = 0; i < 9; i++)
        {
            executions.Add((await server.StartExecutionAsync(arn, $$"""{"n":{{i % 3}} }"""), i % 3));
            if (i % 3 != 2)
                await server.EndAsync(executions[i].Arn);
        }

        executions.Reverse();
        Assert.Equal(executions.Select(execution => execution.Arn), await PagesAsync(server, arn, null, 4));
        foreach (var (status, kind) in new[] { ("SUCCEEDED", 0), ("FAILED", 1), ("RUNNING", 2) })
        {
            Assert.Equal(executions.Where(execution => execution.Kind == kind).Select(execution => execution.Arn), await PagesAsync(server, arn, status, 2));
            Assert.Equal(executions.Where(execution => execution.Kind == kind).Select(execution => execution.Arn), await PagesAsync(server, arn, status, 3));
        }

        Assert.Empty(await PagesAsync(server, arn, "TIMED_OUT", 2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_page_continues_after_the_last_one_despite_new_executions(bool isOnDisk)
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = isOnDisk ? _data : null });
        var arn = await server.CreateAsync(Machine);
        var executions = new List<string>();
        for (var i = 0; i < 3; i++)
            executions.Insert(0, await server.StartExecutionAsync(arn, """{"n":2}"""));
        var first = await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn, ["maxResults"] = 2 });
        await server.StartExecutionAsync(arn, """{"n":2}""");
        var second = await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn, ["maxResults"] = 2, ["nextToken"] = (string?)first["nextToken"] });
        Assert.Equal(executions, new[] { first, second }.SelectMany(page => page["executions"]!.AsArray()).Select(execution => (string)execution!["executionArn"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Executions_can_be_listed_by_version_or_alias(bool isOnDisk)
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = isOnDisk ? _data : null });
        var arn = await server.CreateAsync(Machine);
        var version = (string)(await server.CallAsync("PublishStateMachineVersion", new JsonObject { ["stateMachineArn"] = arn }))["stateMachineVersionArn"]!;
        var alias = (string)(await server.CallAsync("CreateStateMachineAlias", new JsonObject
        {
            ["name"] = "live",
            ["routingConfiguration"] = new JsonArray(new JsonObject { ["stateMachineVersionArn"] = version, ["weight"] = 100 }),
        }))["stateMachineAliasArn"]!;
        var plain = await server.StartExecutionAsync(arn, """{"n":0}""");
        var versioned = await server.StartExecutionAsync(version, """{"n":0}""");
        var aliased = await server.StartExecutionAsync(alias, """{"n":0}""");
        Assert.Equal([aliased, versioned, plain], await PagesAsync(server, arn, null, 10));
        Assert.Equal([aliased, versioned], await PagesAsync(server, version, null, 10));
        Assert.Equal([aliased], await PagesAsync(server, alias, null, 10));
    }

    [Theory]
    [InlineData("""{"stateMachineArn":"A","statusFilter":"ENDED"}""")]
    [InlineData("""{"stateMachineArn":"A","redriveFilter":"SOMETIMES"}""")]
    [InlineData("""{"stateMachineArn":"A","mapRunArn":"arn:aws:states:us-east-1:000000000000:mapRun:m/x:y"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"stateMachineArn":"A","maxResults":1001}""")]
    public async Task An_invalid_list_request_is_refused(string request)
    {
        await using var server = await StepFunctionsServer.StartAsync();
        var arn = await server.CreateAsync(Machine);
        var refused = await server.CallAsync("ListExecutions", JsonNode.Parse(request.Replace("\"A\"", $"\"{arn}\"", StringComparison.Ordinal))!.AsObject());
        Assert.Equal("ValidationException", (string?)refused["__type"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Large_closed_executions_are_evicted_from_memory_but_stay_on_disk(bool isOnDisk)
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { DataDirectory = isOnDisk ? _data : null, RetainedBytes = 300_000 });
        var arn = await server.CreateAsync(Machine);
        var executions = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            executions.Add(await server.StartExecutionAsync(arn, $$"""{"n":0,"large":"{{new string('x', 20_000)}}"}"""));
            await server.EndAsync(executions[i]);
        }

        if (isOnDisk)
        {
            Assert.Equal(Enumerable.Reverse(executions), await PagesAsync(server, arn, "SUCCEEDED", 3));
            Assert.Equal(6, (await server.EventTypesAsync(executions[0])).Count);
            return;
        }

        var first = new JsonObject { ["executionArn"] = executions[0] };
        await server.UntilAsync(() => server.CallAsync("DescribeExecution", first.DeepClone().AsObject()), answer => (string?)answer["__type"] == "ExecutionDoesNotExist");
        // The execution that closed last stays in memory. Any of the later executions can be the last to close, because they may
        // have closed at the same time.
        var later = await Task.WhenAll(executions.Skip(1).Select(execution => server.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution })));
        Assert.Contains("SUCCEEDED", later.Select(answer => (string?)answer["status"]));
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<List<string>> PagesAsync(StepFunctionsServer server, string arn, string? status, int maxResults)
    {
        var listed = new List<string>();
        string? token = null;
        do
        {
            var page = await server.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn, ["statusFilter"] = status, ["maxResults"] = maxResults, ["nextToken"] = token });
            Assert.InRange(page["executions"]!.AsArray().Count, 0, maxResults);
            listed.AddRange(page["executions"]!.AsArray().Select(execution => (string)execution!["executionArn"]!));
            token = (string?)page["nextToken"];
        }
        while (token is not null);
        return listed;
    }
}
