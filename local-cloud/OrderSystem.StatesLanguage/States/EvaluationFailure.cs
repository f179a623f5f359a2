using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Records in the history that an expression of a state failed. Each failure is recorded once.</summary>
internal static class EvaluationFailure
{
    public static async ValueTask RecordAsync(StateScope scope, StatesErrorException failure, CancellationToken cancellationToken)
    {
        if (failure.Error != StatesErrors.QueryEvaluationError || failure.IsRecorded)
            return;
        failure.IsRecorded = true;
        // If a state fails before it records any event after its entered event, AWS links the failure to the event that
        // precedes the entered event. For a Wait state, AWS links the failure to the entered event itself.
        if (scope.Branch.LastEventId == scope.EnteredEventId && scope.State is not WaitState)
            scope.Branch.LastEventId = scope.PrecedingEventId;
        await scope.Branch.RecordAsync(HistoryEventType.EvaluationFailed, new EvaluationFailedDetails(failure.Error, failure.Cause, failure.Location, scope.State.Name), cancellationToken);
    }
}
