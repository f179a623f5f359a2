using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Records a failed expression of a state in the history, once per failure.</summary>
internal static class EvaluationFailure
{
    public static async ValueTask RecordAsync(StateScope scope, StatesErrorException failure, CancellationToken cancellationToken)
    {
        if (failure.Error != StatesErrors.QueryEvaluationError || failure.IsRecorded)
            return;
        failure.IsRecorded = true;
        // If a state fails before it records an event of its own, AWS links the failure to the event before the state was
        // entered. For a Wait state, AWS links the failure to the entered event.
        if (scope.Branch.LastEventId == scope.EnteredEventId && scope.State is not WaitState)
            scope.Branch.LastEventId = scope.PrecedingEventId;
        await scope.Branch.RecordAsync(HistoryEventType.EvaluationFailed, new EvaluationFailedDetails(failure.Error, failure.Cause, failure.Location, scope.State.Name), cancellationToken);
    }
}
