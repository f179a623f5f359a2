using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Task state: delegates its work to a function, an activity or a service.</summary>
internal sealed class TaskState : WorkState
{
    public override string TypeName => "Task";

    public override HistoryEventType EnteredEvent => HistoryEventType.TaskStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.TaskStateExited;

    public override HistoryEventType? AbortedEvent => HistoryEventType.TaskStateAborted;

    public required TaskResource Resource { get; init; }

    /// <summary>The Parameters or Arguments field.</summary>
    public Template? Parameters { get; init; }

    /// <summary>The TimeoutSeconds or TimeoutSecondsPath field.</summary>
    public Template? Timeout { get; init; }

    /// <summary>The HeartbeatSeconds or HeartbeatSecondsPath field.</summary>
    public Template? Heartbeat { get; init; }

    /// <summary>The RoleArn of the Credentials field.</summary>
    public Template? RoleArn { get; init; }

    protected override async ValueTask<StatesValue> AttemptAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var token = TaskToken.For(scope);
        if (Resource.Pattern != IntegrationPattern.RequestResponse)
            scope.WaitForCallback(token.ToText());
        var input = Language == QueryLanguage.JSONata ? scope.Input : EffectiveInput(scope);
        InspectInput(scope, input);
        var parameters = Parameters?.Evaluate(scope, input) ?? input;
        CheckSize(scope, parameters);
        scope.Inspect(Language == QueryLanguage.JSONata ? "afterArguments" : "afterParameters", parameters);
        using var attempt = new TaskAttempt(
            scope,
            new TaskRequestFields(Resource, parameters, token, Seconds(scope, input, Timeout, "TimeoutSeconds"),
                Seconds(scope, input, Heartbeat, "HeartbeatSeconds"), (RoleArn?.Evaluate(scope, input) as StatesString)?.Value));
        var result = await attempt.RunAsync(cancellationToken);
        scope.Inspect("result", result);
        return result;
    }

    private long? Seconds(StateScope scope, StatesValue input, Template? template, string field)
    {
        if (template is null)
            return null;
        var value = template.Evaluate(scope, input);
        if (value is StatesNumber number && number.TryGetInt64(out var seconds) && seconds > 0)
            return seconds;
        throw Language == QueryLanguage.JSONata
            ? scope.QueryEvaluationError(UnexpectedType.Of(template, field, "integer", value), field)
            : scope.Runtime($"The {field}Path parameter does not reference a positive integer: {value.ToJsonString()}");
    }
}
