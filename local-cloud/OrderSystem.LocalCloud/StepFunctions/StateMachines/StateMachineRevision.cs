using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>A definition with its role, as it was at one time; executions keep the one they started with.</summary>
/// <param name="Id">The revision's id; null for the one that was created.</param>
/// <param name="Definition">The definition as it was sent.</param>
/// <param name="Machine">The definition, compiled.</param>
/// <param name="RoleArn">The execution role.</param>
/// <param name="UpdateDate">Since when it is.</param>
internal sealed record StateMachineRevision(string? Id, string Definition, StateMachine Machine, string RoleArn, DateTimeOffset UpdateDate)
{
    public required StatesLanguage.Json.JsonObject LoggingConfiguration { get; init; }

    /// <summary>Names the revision for good.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    public bool TracingEnabled { get; init; }
}
