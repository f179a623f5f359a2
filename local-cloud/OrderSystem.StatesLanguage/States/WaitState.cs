using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Wait state: waits for a duration or until a timestamp.</summary>
internal sealed class WaitState : State
{
    private const long LongestWaitSeconds = 99_999_999;

    public override string TypeName => "Wait";

    public override HistoryEventType EnteredEvent => HistoryEventType.WaitStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.WaitStateExited;

    public override HistoryEventType? AbortedEvent => HistoryEventType.WaitStateAborted;

    /// <summary>The Seconds or SecondsPath field.</summary>
    public Template? Seconds { get; init; }

    /// <summary>The Timestamp or TimestampPath field.</summary>
    public Template? Timestamp { get; init; }

    /// <summary>
    /// The text of SecondsPath or TimestampPath; null if the definition gives the value itself rather than a path.
    /// </summary>
    public string? Path { get; init; }

    public override async ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var input = EffectiveInput(scope);
        InspectInput(scope, input);
        var until = Until(scope, input);
        if (scope.Branch.NextRecorded is null)
            await WaitAsync(scope, until, cancellationToken);
        return Finish(scope, input, input);
    }

    private static async ValueTask WaitAsync(StateScope scope, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await scope.Branch.CaughtUpAsync(cancellationToken);
        await scope.Execution.FlushAsync(cancellationToken);
        await Delays.UntilAsync(until, scope.Execution.Clock, cancellationToken);
    }

    private DateTimeOffset Until(StateScope scope, StatesValue input)
    {
        if (Timestamp is not null)
            return PointInTime(scope, Value(scope, Timestamp, "Timestamp", input));
        var value = Value(scope, Seconds!, "Seconds", input);
        if (value is not StatesNumber number || Math.Floor(number.Value) != number.Value)
        {
            throw Language == QueryLanguage.JSONata
                ? scope.QueryEvaluationError(UnexpectedType.Of(Seconds!, "Seconds", "integer", value), "Seconds")
                : scope.Runtime($"The SecondsPath parameter cannot be parsed as a long value: {Path} == {Shown(value)}");
        }

        if (number.Value < 0)
        {
            throw Language == QueryLanguage.JSONata
                ? scope.QueryEvaluationError(
                    $"The JSONata expression '{(Seconds as JsonataTemplate)?.Expression.Text}' specified for the field 'Seconds' returned a value outside of the valid range: {number.Text}", "Seconds")
                : scope.Runtime($"The SecondsPath parameter references a negative value: {Path} == {number.Text}");
        }

        if (number.Value > LongestWaitSeconds)
            throw scope.Runtime("Wait state delay is too long.");
        return scope.EnteredTime.AddSeconds(number.Value);
    }

    private StatesValue Value(StateScope scope, Template template, string field, StatesValue input)
    {
        try
        {
            return template.Evaluate(scope, input);
        }
        catch (StatesErrorException) when (Path is not null)
        {
            throw scope.Runtime($"The {field}Path parameter does not reference an input value: {Path}");
        }
    }

    private DateTimeOffset PointInTime(StateScope scope, StatesValue value)
    {
        if (Choices.Timestamp.TryParse(value, out var time))
            return time - scope.EnteredTime < TimeSpan.FromSeconds(LongestWaitSeconds) ? time : throw scope.Runtime("Wait state delay is too long.");

        throw Language == QueryLanguage.JSONata
            ? scope.QueryEvaluationError($"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {Shown(value)}", "Timestamp")
            : scope.Runtime($"The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {Path} == {Shown(value)}");
    }

    private static string Shown(StatesValue value) => value is StatesString text ? text.Value : value.ToJsonString();
}
