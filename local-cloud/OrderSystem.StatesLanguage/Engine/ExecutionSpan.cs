using System.Diagnostics;

namespace OrderSystem.StatesLanguage.Engine;

/// <summary>The span of an execution. Ending the span also counts the execution in the metrics.</summary>
internal readonly struct ExecutionSpan(Execution execution, Activity? activity) : IDisposable
{
    /// <summary>The context of the parent span for the spans of states.</summary>
    public ActivityContext Context => activity?.Context ?? execution.ParentSpan;

    public static ExecutionSpan Start(Execution execution)
    {
        if (!Telemetry.Source.HasListeners())
            return new ExecutionSpan(execution, null);
        // The execution outlives the request that started it, so do not make the ambient span the parent of the execution's
        // span.
        Activity.Current = null;
        var activity = Telemetry.Source.StartActivity($"execution {execution.Machine.Name}", ActivityKind.Internal, execution.ParentSpan);
        activity?.SetTag("aws.step_functions.execution.arn", execution.Context.ExecutionArn);
        activity?.SetTag("aws.step_functions.state_machine.name", execution.Machine.Name);
        return new ExecutionSpan(execution, activity);
    }

    public void End(ExecutionResult result)
    {
        Telemetry.ExecutionsEnded.Add(
            1,
            new("aws.step_functions.execution.status", result.Status.ToAwsName()),
            new("aws.step_functions.state_machine.name", execution.Machine.Name));
        if (activity is null)
            return;
        activity.SetTag("aws.step_functions.execution.status", result.Status.ToAwsName());
        if (result.Status == ExecutionStatus.Succeeded)
            return;
        activity.SetTag("error.type", result.Error ?? result.Status.ToAwsName());
        activity.SetStatus(ActivityStatusCode.Error, result.Cause);
    }

    public void Dispose() => activity?.Dispose();
}
