using System.Diagnostics;
using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.StatesLanguage.Engine;

/// <summary>The span of one visit to a state; disposing the span also records the visit's duration.</summary>
internal readonly struct StateSpan(StateScope scope, Activity? activity, long started) : IDisposable
{
    public static StateSpan Start(StateScope scope)
    {
        var started = Telemetry.StateDuration.Enabled ? scope.Execution.Clock.GetTimestamp() : 0;
        if (!Telemetry.Source.HasListeners())
            return new StateSpan(scope, null, started);
        var activity = Telemetry.Source.StartActivity(scope.State.Name, ActivityKind.Internal, scope.Branch.Span);
        if (activity is not null)
        {
            activity.SetTag("aws.step_functions.state.name", scope.State.Name);
            activity.SetTag("aws.step_functions.state.type", scope.State.TypeName);
            activity.SetTag("aws.step_functions.execution.arn", scope.Execution.Context.ExecutionArn);
            if (scope.State.Language == QueryLanguage.JSONata)
                activity.SetTag("aws.step_functions.query_language", "JSONata");
        }

        scope.Span = activity?.Context ?? scope.Branch.Span;
        return new StateSpan(scope, activity, started);
    }

    public void Fail(StatesErrorException exception)
    {
        activity?.SetTag("error.type", exception.Error ?? "Fail");
        activity?.SetStatus(ActivityStatusCode.Error, exception.Cause);
    }

    public void Dispose()
    {
        if (started != 0)
        {
            Telemetry.StateDuration.Record(
                scope.Execution.Clock.GetElapsedTime(started).TotalSeconds,
                new("aws.step_functions.state.name", scope.State.Name),
                new("aws.step_functions.state.type", scope.State.TypeName));
        }

        if (activity is null)
            return;
        activity.SetTag("aws.step_functions.state.attempts", scope.RetryCount + 1);
        if (scope.ErrorOutput is { } caught)
            activity.SetTag("aws.step_functions.state.caught_error", (caught["Error"] as Json.StatesString)?.Value);
        activity.Dispose();
    }
}
