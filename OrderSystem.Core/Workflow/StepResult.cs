using System.Text.Json.Serialization;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>The input of a workflow step.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="Reason">The reason for rejecting the order; used by <see cref="RejectOrder"/> only.</param>
public sealed record StepRequest(string OrderId, RejectionReason? Reason = null);

/// <summary>
/// The result of a workflow step. A refusal, for example because of insufficient stock, is final: the workflow rejects the
/// order instead of retrying the step. If a step throws an exception, the workflow retries the step.
/// </summary>
/// <param name="Outcome">Whether the step succeeded or refused the order.</param>
/// <param name="Reason">Why the step refused the order; null if the step succeeded.</param>
public sealed record StepResult(StepOutcome Outcome, RejectionReason? Reason)
{
    /// <summary>The step succeeded, in this call or an earlier one.</summary>
    public static StepResult Succeeded { get; } = new(StepOutcome.Succeeded, null);

    /// <summary>Creates the result of a step that refused the order permanently.</summary>
    public static StepResult Refused(RejectionReason reason) => new(StepOutcome.Refused, reason);
}

/// <summary>The outcomes of a step. The definition of the order workflow refers to these names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepOutcome>))]
public enum StepOutcome
{
    /// <summary>The step succeeded, in this call or an earlier one.</summary>
    Succeeded,

    /// <summary>The step refused the order permanently.</summary>
    Refused,
}

/// <summary>JSON serialization of <see cref="StepRequest"/> and <see cref="StepResult"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StepRequest))]
[JsonSerializable(typeof(StepResult))]
public sealed partial class StepJson : JsonSerializerContext;
