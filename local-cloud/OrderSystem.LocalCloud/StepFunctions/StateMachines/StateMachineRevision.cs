using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>A definition and its role at one time. An execution keeps the revision that it started with.</summary>
/// <param name="Id">The revision's id; null for the first revision.</param>
/// <param name="Definition">The definition as it was sent.</param>
/// <param name="Machine">The compiled definition.</param>
/// <param name="RoleArn">The execution role.</param>
/// <param name="UpdateDate">When the revision was created.</param>
internal sealed record StateMachineRevision(string? Id, string Definition, StateMachine Machine, string RoleArn, DateTimeOffset UpdateDate)
{
    public required StatesLanguage.Json.JsonObject LoggingConfiguration { get; init; }

    /// <summary>The permanent key of the revision.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    public bool TracingEnabled { get; init; }
}
