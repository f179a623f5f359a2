using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests executions that use a mock configuration file of Step Functions Local.</summary>
public sealed class MockedExecutionTests : IDisposable
{
    private const string Machine = """
        {"StartAt":"Pay","States":{
            "Pay":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"t","Message":"m"},"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":5}],"Next":"Ship"},
            "Ship":{"Type":"Task","Resource":"arn:aws:states:::ecs:runTask.sync","Parameters":{},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Lost"}],"End":true},
            "Lost":{"Type":"Pass","End":true}}}
        """;

    private const string Configuration = """
        {"StateMachines":{"machine":{"TestCases":{"Slow":{"Pay":"Slowly","Ship":"Shipped"},"Lost":{"Pay":"Paid","Ship":"Sunk"},"Short":{"Pay":"Busy"} } } },
         "MockedResponses":{
            "Paid":{"0":{"Return":{"MessageId":"1"} } },
            "Slowly":{"0":{"Throw":{"Error":"Busy","Cause":"first"} },"1-2":{"Throw":{"Error":"Busy","Cause":"later"} },"3":{"Return":{"MessageId":"4"} } },
            "Busy":{"0":{"Throw":{"Error":"Busy"} } },
            "Shipped":{"0":{"Return":{"Ship":"sailed"} } },
            "Sunk":{"0":{"Throw":{"Error":"Iceberg","Cause":"ahead"} } } } }
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("mocked-").FullName;
    private readonly LocalCloudOptions _options;

    public MockedExecutionTests()
    {
        var file = Path.Combine(_data, "mocks.json");
        File.WriteAllText(file, Configuration);
        _options = new LocalCloudOptions { MockConfigurationPath = file, TimeScale = 0 };
    }

    [Fact]
    public async Task A_test_case_returns_one_result_per_attempt()
    {
        await using var server = await StepFunctionsServer.StartAsync(_options);
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Machine) + "#Slow");
        Assert.Equal("""{"Ship":"sailed"}""", (string?)(await server.EndAsync(execution))["output"]);
        var history = (await server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution }))["events"]!.AsArray();
        Assert.Equal(["first", "later", "later"], history.Select(historyEvent => (string?)historyEvent!["taskFailedEventDetails"]?["cause"]).OfType<string>());
        Assert.Equal("""{"MessageId":"4"}""", (string?)history.First(historyEvent => (string?)historyEvent!["type"] == "TaskSucceeded")!["taskSucceededEventDetails"]!["output"]);
    }

    [Fact]
    public async Task A_mocked_error_of_a_job_is_caught()
    {
        await using var server = await StepFunctionsServer.StartAsync(_options);
        var execution = await server.StartExecutionAsync(await server.CreateAsync(Machine) + "#Lost");
        Assert.Equal("""{"Error":"Iceberg","Cause":"ahead"}""", (string?)(await server.EndAsync(execution))["output"]);
        Assert.Equal(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed"], (await server.EventTypesAsync(execution)).Skip(7).Take(4));
    }

    [Fact]
    public async Task An_attempt_without_a_mocked_result_fails_with_a_message()
    {
        await using var server = await StepFunctionsServer.StartAsync(_options);
        var ended = await server.EndAsync(await server.StartExecutionAsync(await server.CreateAsync(Machine) + "#Short"));
        Assert.Equal(("States.Runtime", "The mocked response of state 'Pay' in test case 'Short' has no attempt 1"), ((string?)ended["error"], (string?)ended["cause"]));
    }

    [Fact]
    public async Task An_unknown_test_case_is_refused_with_the_known_names()
    {
        await using var server = await StepFunctionsServer.StartAsync(_options);
        var refused = await server.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = await server.CreateAsync(Machine) + "#Slo" });
        Assert.Equal("ValidationException", (string?)refused["__type"]);
        Assert.Contains("it has Slow, Lost, Short", (string?)refused["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_attempt_count_continues_after_a_restart()
    {
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(_options with { DataDirectory = _data, TimeScale = 1 }))
        {
            execution = await server.StartExecutionAsync(await server.CreateAsync(Machine.Replace("\"IntervalSeconds\":1", "\"IntervalSeconds\":3600", StringComparison.Ordinal)) + "#Slow");
            await server.UntilAsync(
                () => server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution }),
                history => history["events"]!.AsArray().Any(historyEvent => (string?)historyEvent!["type"] == "TaskFailed"));
        }

        await using (var server = await StepFunctionsServer.StartAsync(_options with { DataDirectory = _data }))
        {
            Assert.Equal("""{"Ship":"sailed"}""", (string?)(await server.EndAsync(execution))["output"]);
            Assert.Equal(3, (await server.EventTypesAsync(execution)).Count(type => type == "TaskFailed"));
        }
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }
}
