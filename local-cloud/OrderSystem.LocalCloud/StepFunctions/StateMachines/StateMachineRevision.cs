using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>
/// The definition, role and settings of a state machine, as set when the state machine was created or updated. An execution uses
/// the revision with which it was started.
/// </summary>
/// <param name="Id">The revision's id; null for the first revision.</param>
/// <param name="Definition">The text of the definition, as the client sent it.</param>
/// <param name="Machine">The compiled definition.</param>
/// <param name="RoleArn">The ARN of the execution role.</param>
/// <param name="UpdateDate">When the revision was created.</param>
internal sealed record StateMachineRevision(string? Id, string Definition, StateMachine Machine, string RoleArn, DateTimeOffset UpdateDate)
{
    public required StatesLanguage.Json.StatesObject LoggingConfiguration { get; init; }

    /// <summary>The key with which the revision is stored. Unlike the revision's id, the key is never null.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    public bool TracingEnabled { get; init; }
}
