using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Tests.StatesLanguage;

namespace OrderSystem.LocalCloud.Tests.StepFunctions.Killed;

public sealed class KilledCloudTests
{
    private const int Kills = 5;
    private const int ExecutionsPerLife = 3;
    private const string Activity = "arn:aws:states:us-east-1:000000000000:activity:a";
    private const string Call = "\"id.$\":\"States.Format('call:{}/{}/{}', $$.Execution.Name, $$.State.Name, $$.State.RetryCount)\",\"retries.$\":\"$$.State.RetryCount\"";

    private const string Item = """
        "StartAt":"ITEM","States":{
            "ITEM":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","Retry":[{"ErrorEquals":["Boom"],"IntervalSeconds":1}],
                "Parameters":{"id.$":"States.Format('call:{}/{}/{}', $.id, $$.State.Name, $$.State.RetryCount)","retries.$":"$$.State.RetryCount","failures.$":"$.value","value.$":"$.value"},"ResultSelector":{"value.$":"$.value"},"Next":"PAUSE"},
            "PAUSE":{"Type":"Wait","Seconds":1,"OutputPath":"$.value","End":true}}
        """;

    private static readonly string Definition = $$$"""
        {"StartAt":"Flaky","States":{
            "Flaky":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{{{{Call}}},"failures":2} },"ResultPath":null,
                "Retry":[{"ErrorEquals":["Boom"],"IntervalSeconds":2,"MaxAttempts":2}],"Next":"Wait"},
            "Wait":{"Type":"Wait","Seconds":3,"Next":"Others"},
            "Others":{"Type":"Parallel","ResultPath":null,"Next":"Inline","Branches":[
                {"StartAt":"Callback","States":{"Callback":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{{{{Call}}},"token.$":"$$.Task.Token"} },"End":true} } },
                {"StartAt":"Message","States":{"Message":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"http://127.0.0.1/000000000000/q","MessageBody":{{{{Call}}},"token.$":"$$.Task.Token"} },"End":true} } },
                {"StartAt":"Activity","States":{"Activity":{"Type":"Task","Resource":"{{{Activity}}}","TimeoutSeconds":20,"Parameters":{{{{Call}}}},"End":true,
                    "Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":1,"BackoffRate":1.0,"MaxAttempts":1000}]} } }]},
            "Inline":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ResultPath":"$.inline","Next":"Distributed",
                "ItemSelector":{"id.$":"States.Format('{}/{}', $$.Execution.Name, $$.Map.Item.Index)","value.$":"$$.Map.Item.Value"},
                "ItemProcessor":{ {{{Item.Replace("ITEM", "Item", StringComparison.Ordinal).Replace("PAUSE", "Pause", StringComparison.Ordinal)}}},"ProcessorConfig":{"Mode":"INLINE"} } },
            "Distributed":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ResultPath":"$.distributed","End":true,
                "ItemSelector":{"id.$":"States.Format('{}/{}', $$.Execution.Name, $$.Map.Item.Index)","value.$":"$$.Map.Item.Value"},
                "ItemProcessor":{ {{{Item.Replace("ITEM", "Child", StringComparison.Ordinal).Replace("PAUSE", "Rest", StringComparison.Ordinal)}}},"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"} } } }}
        """;

    [Fact]
    public Task Executions_survive_a_kill_without_repeating_completed_tasks() => Seeds.ForEachAsync(1, KillAsync);

    private static async Task KillAsync(int seed)
    {
        var random = new Random(seed);
        using var cloud = new KilledCloud();
        await cloud.StartAsync();
        await cloud.CallAsync("CreateActivity", new JsonObject { ["name"] = "a" });
        var machine = (string)(await cloud.CallAsync("CreateStateMachine",
            new JsonObject { ["name"] = "m", ["definition"] = Definition, ["roleArn"] = "arn:aws:iam::000000000000:role/test" }))["stateMachineArn"]!;
        var executions = new List<string>();
        await using var world = new OutsideWorld(cloud.Address, Activity);
        for (var life = 0; life < Kills; life++)
        {
            for (var i = 0; i < ExecutionsPerLife; i++)
                executions.Add((string)(await cloud.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = machine, ["input"] = """{"items":[0,1,2]}""" }))["executionArn"]!);
            var calls = world.Calls + random.Next(1, 25);
            while (world.Calls < calls)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            await cloud.KillAsync();
            world.Finished(cloud.FinishedCalls());
            await cloud.StartAsync();
        }

        foreach (var execution in executions)
            await AssertSucceededAsync(cloud, execution);
        Assert.Empty(world.MadeAgain);
        await cloud.KillAsync();
    }

    private static async Task AssertSucceededAsync(KilledCloud cloud, string execution)
    {
        var named = new JsonObject { ["executionArn"] = execution };
        JsonObject described;
        while ((string?)(described = await cloud.CallAsync("DescribeExecution", named.DeepClone().AsObject()))["status"] == "RUNNING")
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("""{"items":[0,1,2],"inline":[0,1,2],"distributed":[0,1,2]}""", (string?)described["output"]);
        var history = (await cloud.CallAsync("GetExecutionHistory", named))["events"]!.AsArray();
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(historyEvent => (int)historyEvent!["id"]!));
        Assert.Equal(2, history.Count(historyEvent => (string?)historyEvent!["type"] == "TaskFailed"));
        Assert.Equal(4, history.Count(historyEvent => (string?)historyEvent!["type"] == "WaitStateExited"));
    }
}
