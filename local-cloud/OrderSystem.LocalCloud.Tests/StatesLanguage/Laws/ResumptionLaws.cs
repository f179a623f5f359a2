using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

public class ResumptionLaws
{
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Random_state_machines_are_valid_and_end() => Seeds.ForEachAsync(150, async seed =>
    {
        var (definition, input) = Draw(seed);
        Assert.Empty(DefinitionValidator.Validate(definition));
        var life = new Life(definition, input);
        Assert.NotEqual(ExecutionStatus.Running, (await life.RunAsync([]))!.Status);
        Assert.DoesNotContain(ExecutionStatus.Running, life.MapRuns.Statuses);
    });

    [Fact]
    public Task Resuming_after_any_event_gives_the_same_result_without_repeating_work() => Seeds.ForEachAsync(60, async seed =>
    {
        var (definition, input) = Draw(seed);
        var whole = new Life(definition, input);
        var expected = await whole.RunAsync([]);
        for (var killedAfter = 1; killedAfter < whole.Events.Count; killedAfter++)
        {
            var resumed = new Life(definition, input);
            AssertSame(expected, await resumed.RunAsync([.. whole.Events.Take(killedAfter)]), $"killed after event {killedAfter}");
            AssertIntact(resumed.Events);
            Assert.Equal(resumed.Tasks.Calls.Count, resumed.Tasks.Calls.Distinct(StringComparer.Ordinal).Count());
            if (!IsConcurrent(whole))
                Assert.Equal(whole.Tasks.Calls.Count - whole.Events.Take(killedAfter).Count(IsDone), resumed.Tasks.Calls.Count);
        }
    });

    [Fact]
    public Task A_kill_after_every_event_in_turn_does_not_change_the_result() => Seeds.ForEachAsync(60, async seed =>
    {
        var (definition, input) = Draw(seed);
        var expected = await new Life(definition, input).RunAsync([]);
        AssertSame(expected, await LiveInTurnsAsync(new Life(definition, input)), "killed after every event");
    });

    [Fact]
    public Task Redrive_with_kills_after_every_event_gives_the_same_result() => Seeds.ForEachAsync(120, async seed =>
    {
        var (definition, input) = Draw(seed);
        var failed = new Life(definition, input);
        if ((await failed.RunAsync([]))!.Status is not ExecutionStatus.Failed)
            return;
        var last = failed.Events[^1];
        HistoryEvent[] history = [.. failed.Events, new HistoryEvent(last.Id + 1, last.Id, HistoryEventType.ExecutionRedriven, last.Timestamp, default, new ExecutionRedrivenDetails(1))];
        var expected = await failed.Next(redrives: 1).RunAsync(history);

        // Run the execution again until it fails, so that this redrive starts with the same child executions of map runs as
        // the first redrive.
        var again = new Life(definition, input);
        await again.RunAsync([]);
        AssertSame(expected, await LiveInTurnsAsync(again.Next(redrives: 1), history), "redriven and killed after every event");
        if (!HasFailState(definition))
            Assert.Equal(ExecutionStatus.Succeeded, expected!.Status);
    });

    /// <summary>Runs an execution that is killed after each new event and then resumed, until it ends.</summary>
    private static async Task<ExecutionResult> LiveInTurnsAsync(Life life, params HistoryEvent[] history)
    {
        for (var turn = 0; turn < 2_000; turn++)
        {
            if (await life.RunAsync(history, history.Length + 1) is { } result)
            {
                AssertIntact(life.Events);
                Assert.DoesNotContain(ExecutionStatus.Running, life.MapRuns.Statuses);
                return result;
            }

            AssertIntact(life.Events);
            history = [.. life.Events];
            life = life.Next();
        }

        throw new InvalidOperationException("The execution has not ended after 2,000 kills");
    }

    private static (StatesObject Definition, StatesObject Input) Draw(int seed)
    {
        var machines = new RandomMachine(new Random(seed));
        return (machines.Machine(), machines.Input());
    }

    private static bool HasFailState(StatesObject definition) => definition.ToJsonString().Contains("\"Fail\"", StringComparison.Ordinal);

    private static void AssertIntact(List<HistoryEvent> events) => Assert.Equal(Enumerable.Range(1, events.Count), events.Select(historyEvent => historyEvent.Id));

    private static bool IsConcurrent(Life life) => life.MapRuns.Children.Any() || life.Events.Any(historyEvent => historyEvent.Branch != default);

    /// <summary>Whether the event records the result of a service call.</summary>
    private static bool IsDone(HistoryEvent historyEvent) =>
        historyEvent.Type is HistoryEventType.LambdaFunctionSucceeded or HistoryEventType.LambdaFunctionFailed or HistoryEventType.LambdaFunctionTimedOut or HistoryEventType.TaskSubmitted
        || (historyEvent is { Type: HistoryEventType.TaskSucceeded or HistoryEventType.TaskFailed or HistoryEventType.TaskTimedOut } && ResourceOf(historyEvent.Details) == "sendMessage");

    private static string? ResourceOf(EventDetails? details) => details switch
    {
        OutputDetails output => output.Resource,
        FailureDetails failure => failure.Resource,
        _ => null,
    };

    private static void AssertSame(ExecutionResult? expected, ExecutionResult? actual, string when)
    {
        if (expected is null || actual is null || expected with { Output = null } != actual with { Output = null } || !Equals(Chance.Without(expected.Output), Chance.Without(actual.Output)))
            throw new InvalidOperationException($"{when}: {actual} instead of {expected}");
    }

    /// <summary>One life of an execution: from a start or a resume until the execution ends or is killed.</summary>
    private sealed class Life(StatesObject definition, StatesObject input, KeptMapRuns? mapRuns = null, int redrives = 0)
    {
        public PredictableTasks Tasks { get; } = new() { AreRepaired = redrives > 0 };

        public KeptMapRuns MapRuns { get; } = mapRuns ?? new KeptMapRuns();

        public List<HistoryEvent> Events { get; } = [];

        /// <summary>Returns the next life of the same execution.</summary>
        public Life Next(int? redrives = null) => new(definition, input, MapRuns, redrives ?? Redrives);

        private int Redrives => redrives;

        /// <returns>The result; null if the execution was killed.</returns>
        public async Task<ExecutionResult?> RunAsync(HistoryEvent[] recorded, int killAfter = int.MaxValue)
        {
            Events.AddRange(recorded);
            using var kill = new CancellationTokenSource();
            var context = new ExecutionContextObject("arn:aws:states:us-east-1:000000000000:execution:m:e", "e", null, input,
                DateTimeOffset.UnixEpoch, "arn:aws:states:us-east-1:000000000000:stateMachine:m", "m", redrives);
            var environment = new ExecutionEnvironment { Tasks = Tasks, Clock = new ImmediateClock(), MapRuns = MapRuns.In(Tasks, kill.Token) };
            using var execution = new Execution(StateMachine.Compile("m", definition), context, input, environment, new KillingJournal(Events, killAfter, kill), recorded);
            try
            {
                return await execution.RunAsync(kill.Token).WaitAsync(Hung, TimeProvider.System, TestContext.Current.CancellationToken);
            }
            catch (OperationCanceledException) when (kill.IsCancellationRequested)
            {
                return null;
            }
            catch (TimeoutException hung)
            {
                throw new InvalidOperationException(
                    $"The execution hangs: {definition.ToJsonString()} with the input {input.ToJsonString()}, resumed after {recorded.Length} recorded events\n{string.Join('\n', Events)}", hung);
            }
        }
    }

    private sealed class KillingJournal(List<HistoryEvent> events, int killAfter, CancellationTokenSource kill) : IExecutionJournal
    {
        public void Append(HistoryEvent historyEvent)
        {
            events.Add(historyEvent);
            if (events.Count == killAfter)
                kill.Cancel();
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
