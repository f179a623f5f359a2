using OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Resuming;

public sealed class ResumeTests
{
    private const string Input = """{"a":1,"b":"x","c":true,"items":[1,2,3]}""";

    [Fact]
    public Task A_kill_after_any_event_does_not_change_the_outcome() =>
        Seeds.ForEachAsync(100, seed => KillAndResumeAsync(Definition(seed)));

    [Fact]
    public Task On_resume_a_failed_iteration_is_not_stopped_by_an_earlier_failure() => KillAndResumeAsync("""
        {"StartAt":"M","States":{
            "M":{"Type":"Map","ItemsPath":"$.items","Next":"P","Catch":[{"ErrorEquals":["States.ALL"],"Next":"P"}],"ItemProcessor":{"StartAt":"Both","States":{
                "Both":{"Type":"Parallel","Next":"T2","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3,"End":true}}}]},
                "T2":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","Parameters":{"failures":9,"error":"Boom"},"End":true}}}},
            "P":{"Type":"Pass","Result":0,"End":true}}}
        """);

    [Fact]
    public async Task An_unwritable_history_suspends_the_execution()
    {
        const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}}}""";
        var refused = new Run { Flush = () => throw new HistoryUnavailableException("no room", new IOException()) };
        await Assert.ThrowsAsync<HistoryUnavailableException>(() => refused.RunAsync(Definition));
        Assert.Empty(refused.Requests);
        Assert.DoesNotContain(refused.EventTypes, type => type.StartsWith("ExecutionFailed", StringComparison.Ordinal));
        Assert.Equal(ExecutionStatus.Succeeded, (await new Run().RunAsync(Definition, recorded: [.. refused.Events])).Status);
    }

    [Fact]
    public async Task Events_are_read_back_unchanged()
    {
        var run = new Run { Task = DoTask };
        for (var seed = 0; seed < 30; seed++)
            await run.RunAsync(Definition(seed), Input);
        Assert.All(run.Events, recorded =>
        {
            var read = HistoryEventCodec.Read(HistoryEventCodec.Write(recorded));
            Assert.Equal(recorded, read);
        });
    }

    [Fact]
    public async Task A_history_in_chunks_of_any_length_is_read_back_unchanged()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var run = new Run { Task = DoTask };
            await run.RunAsync(Definition(seed), Input);
            var chunks = InChunks(run.Events, new Random(seed));
            Assert.Equal(run.Events, HistoryReader.Read(chunks));
            if (chunks.Count > 2)
                Assert.Equal(run.Events.Take(HistoryReader.Read(chunks[..1]).Count), HistoryReader.Read([chunks[0], .. chunks[2..]]));
        }
    }

    [Fact]
    public async Task A_history_continued_by_another_process_can_be_read()
    {
        var run = new Run { Task = DoTask };
        await run.RunAsync(Definition(1), Input);
        var half = run.Events.Count / 2;
        Assert.Equal(run.Events, HistoryReader.Read([new HistoryWriter().Write([.. run.Events.Take(half)]), new HistoryWriter().Write([.. run.Events.Skip(half)])]));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("010144")]
    [InlineData("0101ffffffffffffffffffff")]
    public void A_damaged_history_is_refused(string chunk) => Assert.Throws<FormatException>(() => HistoryReader.Read([Convert.FromHexString(chunk)]));

    [Fact]
    public async Task Redrive_retries_failed_states_and_keeps_successful_results()
    {
        var machine = StateMachine.Parse("machine", """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
                {"StartAt":"Good","States":{"Good":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:good","End":true}}},
                {"StartAt":"Bad","States":{"Bad":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:bad","End":true}}}]}}}
            """);
        var first = new Run { Task = (request, _) => request.StateName == "Bad" ? throw new StatesErrorException("Boom", "x") : new(1) };
        Assert.Equal(ExecutionStatus.Failed, (await first.RunAsync(machine, Input)).Status);

        var last = first.Events[^1];
        HistoryEvent[] history = [.. first.Events, new HistoryEvent(last.Id + 1, last.Id, HistoryEventType.ExecutionRedriven, last.Timestamp, default, new ExecutionRedrivenDetails(1))];
        var second = new Run { Task = (_, _) => new(2) };
        var result = await second.RunAsync(machine, Input, history);
        Assert.Equal(Run.Json("[1,2]"), result.Output);
        Assert.Equal("Bad", second.Requests.Single().StateName);
    }

    private static List<byte[]> InChunks(IReadOnlyList<HistoryEvent> events, Random random)
    {
        var (writer, chunks) = (new HistoryWriter(), new List<byte[]>());
        for (int at = 0, length; at < events.Count; at += length)
        {
            length = Math.Min(random.Next(1, 9), events.Count - at);
            chunks.Add(writer.Write([.. events.Skip(at).Take(length)]));
        }

        return chunks;
    }

    // Remove the timeout: with a clock that jumps, the duration of an execution is not predictable.
    private static string Definition(int seed) => new RandomMachine(new Random(seed)).Machine().Without("TimeoutSeconds").ToJsonString();

    private static async Task KillAndResumeAsync(string definition)
    {
        var machine = StateMachine.Parse("machine", definition);
        var whole = new Run { Task = DoTask };
        var expected = await whole.RunAsync(machine, Input);

        for (var killedAfter = 1; killedAfter < whole.Events.Count; killedAfter++)
        {
            var recorded = await KillAsync(machine, killedAfter);
            var resumed = new Run { Task = DoTask, Clock = new JumpingClock(recorded[^1].Timestamp) };
            var result = await resumed.RunAsync(machine, Input, recorded);
            AssertSame(expected, result, recorded);
            Assert.Equal(Enumerable.Range(1, resumed.Events.Count), resumed.Events.Select(resumedEvent => resumedEvent.Id));
            AssertNothingRanAgain(recorded, resumed);
        }
    }

    private static async Task<IReadOnlyList<HistoryEvent>> KillAsync(StateMachine machine, int killedAfter)
    {
        var run = new Run { Task = DoTask };
        run.Recorded = recorded =>
        {
            if (recorded.Id == killedAfter)
                run.Suspension.Cancel();
        };
        try
        {
            await run.RunAsync(machine, Input);
        }
        catch (OperationCanceledException)
        {
            // The test suspended the execution.
        }

        return [.. run.Events.Take(killedAfter)];
    }

    private static async ValueTask<StatesValue> DoTask(TaskRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await new PredictableTasks().CompletionAsync(request, StatesValue.Null, cancellationToken);
    }

    private static void AssertSame(ExecutionResult expected, ExecutionResult actual, IReadOnlyList<HistoryEvent> recorded)
    {
        var message = $"killed after {recorded.Count} events ({recorded[^1].Type})";
        Assert.True(expected.Status == actual.Status && expected.Error == actual.Error,
            $"{message}: {actual.Status} {actual.Error} {actual.Cause} instead of {expected.Status} {expected.Error} {expected.Cause}");
        if (expected.Output is { } output)
            Assert.True(Chance.Without(output)!.Equals(Chance.Without(actual.Output)), $"{message}: {actual.Output} instead of {output}");
    }

    // Each attempt must be requested either before or after the kill; only an attempt that was in progress at the kill may
    // be requested twice.
    private static void AssertNothingRanAgain(IReadOnlyList<HistoryEvent> recorded, Run resumed)
    {
        var requestedBefore = recorded.Count(historyEvent => historyEvent.Type is HistoryEventType.LambdaFunctionSucceeded or HistoryEventType.LambdaFunctionFailed
            or HistoryEventType.TaskSubmitted or HistoryEventType.TaskFailed);
        var attempts = resumed.Events.Count(historyEvent => historyEvent.Type is HistoryEventType.LambdaFunctionScheduled or HistoryEventType.TaskScheduled);
        Assert.InRange(resumed.Requests.Count, 0, attempts - requestedBefore);
    }
}
