using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests waits, retry intervals and time limits of executions.</summary>
public sealed class TimeTests : IDisposable
{
    private const string Retrying = """
        {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":3600,"MaxAttempts":2}],"End":true}}}
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("times-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_scaled_clock_shortens_waits()
    {
        await using var server = await StepFunctionsServer.StartAsync(new() { TimeScale = 0 });
        var failures = 0;
        server.Function = (payload, _) => ++failures <= 2 ? throw new InvalidOperationException("not yet") : Task.FromResult(payload);
        var waiting = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":360000,"Next":"T"},""" + Retrying.Trim()[(Retrying.Trim().IndexOf("\"T\":{", StringComparison.Ordinal))..];
        Assert.Equal("SUCCEEDED", (string?)(await server.EndAsync(await server.StartExecutionAsync(await server.CreateAsync(waiting))))["status"]);
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task Retry_intervals_and_attempt_counts_continue_across_a_restart()
    {
        var options = new LocalCloudOptions { DataDirectory = _data };
        var calls = 0;
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(options, FailAsync, _time))
        {
            execution = await server.StartExecutionAsync(await server.CreateAsync(Retrying));
            await ReachesAsync(server, execution, failures: 1);
            Assert.Equal(1, calls);
        }

        _time.Advance(TimeSpan.FromSeconds(3599));
        await using (var server = await StepFunctionsServer.StartAsync(options, FailAsync, _time))
        {
            await ReachesAsync(server, execution, failures: 1);
            Assert.Equal(1, calls);
            _time.Advance(TimeSpan.FromSeconds(1));
            await ReachesAsync(server, execution, failures: 2);
        }

        _time.Advance(TimeSpan.FromHours(2));
        await using (var server = await StepFunctionsServer.StartAsync(options, FailAsync, _time))
        {
            Assert.Equal("FAILED", (string?)(await server.EndAsync(execution))["status"]);
            Assert.Equal(3, (await server.EventTypesAsync(execution)).Count(type => type == "LambdaFunctionScheduled"));
        }

        Assert.Equal(3, calls);

        Task<string> FailAsync(string payload, string? traceHeader)
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("never");
        }
    }

    [Theory]
    [InlineData(299, "SUCCEEDED")]
    [InlineData(300, "TIMED_OUT")]
    public async Task An_express_execution_ends_after_five_minutes(int seconds, string status)
    {
        await using var server = await StepFunctionsServer.StartAsync(time: _time);
        var (called, answer) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        server.Function = (_, _) =>
        {
            called.SetResult();
            return answer.Task;
        };
        var arn = await server.CreateAsync("""{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}}""", type: "EXPRESS");
        var running = server.CallAsync("StartSyncExecution", new JsonObject { ["stateMachineArn"] = arn });
        await called.Task.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        if (status == "SUCCEEDED")
            answer.SetResult("1");
        var ended = await running;
        Assert.Equal(status, (string?)ended["status"]);
        Assert.Equal(seconds, (double)ended["stopDate"]! - (double)ended["startDate"]!);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    private static Task<JsonObject> ReachesAsync(StepFunctionsServer server, string execution, int failures) => server.UntilAsync(
        () => server.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution }),
        history => history["events"]!.AsArray().Count(historyEvent => (string?)historyEvent!["type"] == "LambdaFunctionFailed") >= failures);
}
