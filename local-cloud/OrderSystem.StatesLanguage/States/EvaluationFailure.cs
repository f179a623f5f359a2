using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Records that an expression of a state failed, once for each failure.</summary>
internal static class EvaluationFailure
{
    public static async ValueTask RecordAsync(StateScope scope, StatesErrorException failure, CancellationToken cancellationToken)
    {
        if (failure.Error != StatesErrors.QueryEvaluationError || failure.IsRecorded)
            return;
        failure.IsRecorded = true;
        // AWS counts a state as begun only by what it does; a Wait state begins at once.
        if (scope.Branch.LastEventId == scope.EnteredEventId && scope.State is not WaitState)
            scope.Branch.LastEventId = scope.PrecedingEventId;
        await scope.Branch.RecordAsync(HistoryEventType.EvaluationFailed, new EvaluationFailedDetails(failure.Error, failure.Cause, failure.Location, scope.State.Name), cancellationToken);
    }
}
