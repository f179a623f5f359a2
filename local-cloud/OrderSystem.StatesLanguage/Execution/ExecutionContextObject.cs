using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>
/// The parts of the context object that stay the same during an execution. AWS Step Functions Developer Guide: "Accessing
/// execution data from the Context object".
/// </summary>
public sealed record ExecutionContextObject
{
    private readonly JsonObject _execution;
    private readonly JsonObject _stateMachine;

    /// <summary>Describes an execution; an EXPRESS one has no <paramref name="redriveCount"/>.</summary>
    public ExecutionContextObject(string executionArn, string executionName, string? roleArn, JsonValue input, DateTimeOffset startTime, string stateMachineArn, string stateMachineName, int? redriveCount = 0, DateTimeOffset? redriveTime = null)
    {
        ExecutionArn = executionArn;
        Redrives = redriveCount ?? 0;
        var execution = new JsonObjectBuilder(8)
            .Set("Id", executionArn)
            .Set("Input", input)
            .Set("StartTime", Format(startTime))
            .Set("Name", executionName);
        if (roleArn is not null)
            execution.Set("RoleArn", roleArn);
        if (redriveCount is { } count)
            execution.Set("RedriveCount", count);
        if (redriveTime is { } redriven)
            execution.Set("RedriveTime", Format(redriven));
        _execution = execution.Build();
        _stateMachine = JsonObject.Of(("Id", stateMachineArn), ("Name", stateMachineName));
    }

    /// <summary>The execution's ARN.</summary>
    public string ExecutionArn { get; }

    /// <summary>How often it was redriven.</summary>
    public int Redrives { get; }

    /// <summary>A whole context object that a caller gives, as TestState allows; it replaces the built one.</summary>
    public JsonObject? Given { get; init; }

    /// <summary>What the state is called in the context object instead of its own name, as TestState calls it.</summary>
    public string? StateName { get; init; }

    /// <summary>A time as the context object shows it: with milliseconds, where there are any.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private JsonObject StateOf(StateScope scope)
    {
        var state = JsonObject.Of(("Name", StateName ?? scope.State.Name), ("EnteredTime", Format(scope.EnteredTime)));
        return scope.State is States.WorkState ? state.With("RetryCount", scope.RetryCount) : state;
    }

    internal JsonObject Of(StateScope scope)
    {
        if (Given is not null)
            return Given;
        var context = new JsonObjectBuilder(6)
            .Set("Execution", _execution)
            .Set("StateMachine", _stateMachine)
            .Set("State", StateOf(scope));
        if ((scope.MapItem ?? scope.Branch.MapItem) is { } item)
            context.Set("Map", JsonObject.Of(("Item", item)));
        if (scope.TaskToken is { } token)
            context.Set("Task", JsonObject.Of(("Token", token)));
        return context.Build();
    }
}
