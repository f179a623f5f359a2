using System.Globalization;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>
/// The parts of the context object that do not change during an execution. AWS Step Functions Developer Guide:
/// "Accessing execution data from the Context object".
/// </summary>
public sealed record ExecutionContextObject
{
    private readonly StatesObject _execution;
    private readonly StatesObject _stateMachine;

    /// <summary>
    /// Creates the part of the context object that describes an execution and its state machine. <paramref name="redriveCount"/>
    /// is null for an EXPRESS execution.
    /// </summary>
    public ExecutionContextObject(string executionArn, string executionName, string? roleArn, StatesValue input, DateTimeOffset startTime,
        string stateMachineArn, string stateMachineName, int? redriveCount = 0, DateTimeOffset? redriveTime = null)
    {
        ExecutionArn = executionArn;
        Redrives = redriveCount ?? 0;
        var execution = new StatesObjectBuilder(8)
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
        _stateMachine = StatesObject.Of(("Id", stateMachineArn), ("Name", stateMachineName));
    }

    /// <summary>The ARN of the execution.</summary>
    public string ExecutionArn { get; }

    /// <summary>The number of times that the execution was redriven.</summary>
    public int Redrives { get; }

    /// <summary>The complete context object that the caller of TestState supplies; null to generate the context object.</summary>
    public StatesObject? Given { get; init; }

    /// <summary>
    /// The state name that the context object contains in TestState; null to use the name of the current state.
    /// </summary>
    public string? StateName { get; init; }

    /// <summary>Formats a time for the context object, with milliseconds unless they are zero.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private StatesObject StateOf(StateScope scope)
    {
        var state = StatesObject.Of(("Name", StateName ?? scope.State.Name), ("EnteredTime", Format(scope.EnteredTime)));
        return scope.State is States.WorkState ? state.With("RetryCount", scope.RetryCount) : state;
    }

    internal StatesObject Of(StateScope scope)
    {
        if (Given is not null)
            return Given;
        var context = new StatesObjectBuilder(6)
            .Set("Execution", _execution)
            .Set("StateMachine", _stateMachine)
            .Set("State", StateOf(scope));
        if ((scope.MapItem ?? scope.Branch.MapItem) is { } item)
            context.Set("Map", StatesObject.Of(("Item", item)));
        if (scope.TaskToken is { } token)
            context.Set("Task", StatesObject.Of(("Token", token)));
        return context.Build();
    }
}
