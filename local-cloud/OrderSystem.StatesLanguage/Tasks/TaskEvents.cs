using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>The types of the events that a task attempt records. The types depend on the kind of the task's resource.</summary>
internal sealed record TaskEvents(HistoryEventType Scheduled, HistoryEventType Started, HistoryEventType Succeeded, HistoryEventType Failed, HistoryEventType TimedOut, bool HasResource)
{
    private static readonly TaskEvents Function = new(
        HistoryEventType.LambdaFunctionScheduled,
        HistoryEventType.LambdaFunctionStarted,
        HistoryEventType.LambdaFunctionSucceeded,
        HistoryEventType.LambdaFunctionFailed,
        HistoryEventType.LambdaFunctionTimedOut,
        HasResource: false);

    private static readonly TaskEvents Activity = new(
        HistoryEventType.ActivityScheduled,
        HistoryEventType.ActivityStarted,
        HistoryEventType.ActivitySucceeded,
        HistoryEventType.ActivityFailed,
        HistoryEventType.ActivityTimedOut,
        HasResource: false);

    private static readonly TaskEvents Integration = new(
        HistoryEventType.TaskScheduled,
        HistoryEventType.TaskStarted,
        HistoryEventType.TaskSucceeded,
        HistoryEventType.TaskFailed,
        HistoryEventType.TaskTimedOut,
        HasResource: true);

    public static TaskEvents Of(TaskResource resource) => resource.Kind switch
    {
        TaskKind.LambdaFunction => Function,
        TaskKind.Activity => Activity,
        _ => Integration,
    };

    public EventDetails? StartedDetails(TaskResource resource) => HasResource ? new TaskStartedDetails(resource.Action, resource.Service) : null;
}
