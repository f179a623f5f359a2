using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.States;

public sealed class RetryTests
{
    private const string Definition = """
        {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true,
            "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":2,"MaxAttempts":4,"BackoffRate":3,"MaxDelaySeconds":20},{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],
            "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"H"}]},"H":{"Type":"Pass","End":true}}}
        """;

    [Fact]
    public async Task Retry_delays_grow_by_the_backoff_rate_up_to_the_maximum()
    {
        var run = Failing("Busy", times: 4);
        var result = await run.RunAsync(Definition);
        Assert.Equal(ExecutionStatus.Succeeded, result.Status);
        Assert.Equal([2, 6, 18, 20], run.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task When_the_attempts_are_used_up_the_error_is_caught()
    {
        var run = Failing("Busy", times: 5);
        var result = await run.RunAsync(Definition, """{"a":1}""");
        Assert.Equal(Run.Json("""{"a":1,"error":{"Error":"Busy","Cause":"why"}}"""), result.Output);
        Assert.Equal(5, run.Requests.Count);
    }

    [Fact]
    public async Task Each_retrier_counts_its_own_attempts()
    {
        var errors = new Queue<string>(["Busy", "Other", "Busy", "Other"]);
        var run = new Run { Task = (_, _) => errors.TryDequeue(out var error) ? throw new StatesErrorException(error, "why") : new(StatesValue.Null) };
        Assert.Equal(Run.Json("""{"error":{"Error":"Other","Cause":"why"}}"""), (await run.RunAsync(Definition)).Output);
        Assert.Equal([2, 1, 6], run.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Full_jitter_stays_below_the_delay_and_repeats_for_the_same_execution()
    {
        var definition = Definition.Replace("\"MaxDelaySeconds\":20", "\"JitterStrategy\":\"FULL\"", StringComparison.Ordinal);
        var (first, second) = (Failing("Busy", 3), Failing("Busy", 3));
        await first.RunAsync(definition);
        await second.RunAsync(definition);
        Assert.Equal(first.Clock.Waits, second.Clock.Waits);
        Assert.All(first.Clock.Waits.Zip([2.0, 6, 18]), pair => Assert.InRange(pair.First.TotalSeconds, 0, pair.Second));
    }

    [Fact]
    public async Task A_task_that_cancels_itself_fails_and_is_retried()
    {
        var attempts = 0;
        var run = new Run { Task = (_, _) => ++attempts == 1 ? throw new TaskCanceledException("a call inside the task timed out") : new("done") };
        var result = await run.RunAsync("""
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true,"Retry":[{"ErrorEquals":["States.TaskFailed"]}]}}}
            """);
        Assert.Equal((ExecutionStatus.Succeeded, 2), (result.Status, attempts));
    }

    [Fact]
    public async Task A_timeout_is_not_retried_as_TaskFailed()
    {
        var definition = """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","TimeoutSeconds":5,"End":true,"Retry":[{"ErrorEquals":["States.TaskFailed"]}]}}}
            """;
        var run = new Run { Task = Forever };
        var result = await run.RunAsync(definition);
        Assert.Equal((ExecutionStatus.Failed, "States.Timeout"), (result.Status, result.Error));
        Assert.Contains("LambdaFunctionTimedOut", run.EventTypes);
        Assert.Single(run.Requests);
    }

    [Fact]
    public async Task A_runtime_error_is_never_caught()
    {
        var definition = """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","OutputPath":"$.no","Next":"H","Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}]},"H":{"Type":"Pass","End":true}}}
            """;
        var result = await Run.Of(definition);
        Assert.Equal("States.Runtime", result.Error);
        Assert.Equal("An error occurred while executing the state 'T' (entered at the event id #2). Invalid path '$.no' : No results for path: $['no']", result.Cause);
    }

    internal static async ValueTask<StatesValue> Forever(OrderSystem.StatesLanguage.Tasks.TaskRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return StatesValue.Null;
    }

    private static Run Failing(string error, int times) => new()
    {
        Task = (request, _) => times-- > 0 ? throw new StatesErrorException(error, "why") : new(request.Parameters),
    };
}
