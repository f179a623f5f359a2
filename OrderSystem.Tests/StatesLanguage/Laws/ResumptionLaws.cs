using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.Tests.StatesLanguage.Laws;

public class ResumptionLaws
{
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Random_machines_are_valid_and_end() => Seeds.ForEachAsync(150, async seed =>
    {
        var (definition, input) = Draw(seed);
        Assert.Empty(DefinitionValidator.Validate(definition));
        var run = new Run(definition, input);
        Assert.NotEqual(ExecutionStatus.Running, (await run.RunAsync([], int.MaxValue))!.Status);
    });

    [Fact]
    public Task Resumed_after_any_event_the_result_is_the_same_and_nothing_finished_is_done_again() => Seeds.ForEachAsync(60, async seed =>
    {
        var (definition, input) = Draw(seed);
        var whole = new Run(definition, input);
        var expected = await whole.RunAsync([], int.MaxValue);
        for (var killedAfter = 1; killedAfter < whole.Events.Count; killedAfter++)
        {
            var resumed = new Run(definition, input);
            AssertSame(expected, await resumed.RunAsync([.. whole.Events.Take(killedAfter)], int.MaxValue), $"killed after event {killedAfter}");
            Assert.Equal(Enumerable.Range(1, resumed.Events.Count), resumed.Events.Select(historyEvent => historyEvent.Id));
            Assert.Equal(resumed.Tasks.Calls.Count, resumed.Tasks.Calls.Distinct(StringComparer.Ordinal).Count());
            if (!IsConcurrent(whole.Events))
                Assert.Equal(whole.Tasks.Calls.Count - whole.Events.Take(killedAfter).Count(IsDone), resumed.Tasks.Calls.Count);
        }
    });

    [Fact]
    public Task Killed_after_every_single_event_in_turn_the_result_is_the_same() => Seeds.ForEachAsync(60, async seed =>
    {
        var (definition, input) = Draw(seed);
        var expected = await new Run(definition, input).RunAsync([], int.MaxValue);
        List<HistoryEvent> history = [];
        while (true)
        {
            var run = new Run(definition, input);
            if (await run.RunAsync(history, history.Count + 1) is { } result)
            {
                AssertSame(expected, result, $"killed {history.Count} times");
                return;
            }

            Assert.Equal(history.Count + 1, run.Events.Count);
            history = run.Events;
        }
    });

    private static (JsonObject Definition, JsonObject Input) Draw(int seed)
    {
        var machines = new RandomMachine(new Random(seed));
        return (machines.Machine(), machines.Input());
    }

    private static bool IsConcurrent(IEnumerable<HistoryEvent> events) => events.Any(historyEvent => historyEvent.Branch != default);

    /// <summary>Whether the event shows that a call of a service came back.</summary>
    private static bool IsDone(HistoryEvent historyEvent) => historyEvent.Type is HistoryEventType.LambdaFunctionSucceeded or HistoryEventType.LambdaFunctionFailed or HistoryEventType.TaskSubmitted
        || (historyEvent is { Type: HistoryEventType.TaskSucceeded or HistoryEventType.TaskFailed } && ResourceOf(historyEvent.Details) == "sendMessage");

    private static string? ResourceOf(EventDetails? details) => details switch
    {
        OutputDetails output => output.Resource,
        FailureDetails failure => failure.Resource,
        _ => null,
    };

    private static void AssertSame(ExecutionResult? expected, ExecutionResult? actual, string when) =>
        Assert.True(expected == actual || (expected is not null && actual is not null && expected with { Output = null } == actual with { Output = null } && Equals(expected.Output, actual.Output)), $"{when}: {actual} instead of {expected}");

    /// <summary>One life of an execution: from its start or from a history, to its end or until it is killed.</summary>
    private sealed class Run(JsonObject definition, JsonObject input)
    {
        public PredictableTasks Tasks { get; } = new();

        public List<HistoryEvent> Events { get; } = [];

        /// <returns>The result, or null when it was killed.</returns>
        public async Task<ExecutionResult?> RunAsync(IReadOnlyList<HistoryEvent> recorded, int killAfter)
        {
            Events.AddRange(recorded);
            using var kill = new CancellationTokenSource();
            var context = new ExecutionContextObject("arn:aws:states:us-east-1:000000000000:execution:m:e", "e", null, input, DateTimeOffset.UnixEpoch, "arn:aws:states:us-east-1:000000000000:stateMachine:m", "m");
            var environment = new ExecutionEnvironment { Tasks = Tasks, Clock = new ImmediateClock() };
            using var execution = new Execution(StateMachine.Compile("m", definition), context, input, environment, new KillingJournal(Events, killAfter, kill), recorded);
            try
            {
                return await execution.RunAsync(kill.Token).WaitAsync(Hung, TimeProvider.System, TestContext.Current.CancellationToken);
            }
            catch (OperationCanceledException) when (kill.IsCancellationRequested)
            {
                return null;
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
