using System.Text.Json.Nodes;
using OrderSystem.LocalCloud;

namespace OrderSystem.Tests.StepFunctions;

public sealed class DurabilityTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("step-functions-").FullName;

    [Fact]
    public async Task What_ran_when_the_host_ended_goes_on_and_what_was_done_is_kept()
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
    public async Task Versions_aliases_and_tags_outlive_the_host()
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

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }
}
