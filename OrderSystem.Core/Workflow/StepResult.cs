using System.Text.Json.Serialization;

namespace OrderSystem.Core.Workflow;

/// <summary>What the workflow hands to a step.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Reason">Why the order is to be rejected; for <see cref="RejectOrder"/> only.</param>
public sealed record StepRequest(string OrderId, string? Reason = null);

/// <summary>
/// A step's answer. A refusal is an answer like any other, decided for good; an exception means that a step could not
/// decide, and is retried by the workflow.
/// </summary>
/// <param name="Outcome"><c>Succeeded</c> or <c>Refused</c>.</param>
/// <param name="Reason">Why it was refused, as <see cref="Orders.RejectionReason"/> words it.</param>
public sealed record StepResult(string Outcome, string? Reason)
{
    /// <summary>The step's effect is there, by this call or an earlier one.</summary>
    public static StepResult Succeeded { get; } = new("Succeeded", null);

    /// <summary>The step will never have its effect.</summary>
    public static StepResult Refused(string reason) => new("Refused", reason);
}

/// <summary>The JSON of steps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StepRequest))]
[JsonSerializable(typeof(StepResult))]
public sealed partial class StepJson : JsonSerializerContext;
