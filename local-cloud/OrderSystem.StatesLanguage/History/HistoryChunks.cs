using System.Collections.Frozen;

namespace OrderSystem.StatesLanguage.History;

/// <summary>
/// The binary format of a history, which is stored in chunks. A chunk contains three things in this order: a byte that says
/// whether the chunk continues the previous chunk, the id of the chunk's first event, and the chunk's events. A string that
/// occurs in <see cref="Words"/> is written as its index in <see cref="Words"/>. If a string or payload equals a recent string or
/// payload, only the distance back to that earlier value is written.
/// </summary>
internal static class HistoryChunks
{
    public const byte Fresh = 1, Continued = 2;

    /// <summary>
    /// The number before a value or field name, which says how the value is written. A number above <see cref="StepsBack"/>
    /// encodes the distance back to an earlier value. A number of at least <see cref="FirstWord"/> encodes an index in
    /// <see cref="Words"/>.
    /// </summary>
    public const int Text = 0, Payload = 1, Integer = 2, EndOfEvent = 3, StepsBack = 3, FirstWord = StepsBack + Remembered + 1;

    /// <summary>The number of recent strings and payloads to which a later value can refer back.</summary>
    public const int Remembered = 64;

    /// <summary>
    /// The names of event types, details and fields. Stored histories contain the indexes of these names, so add new names only
    /// at the end.
    /// </summary>
    public static readonly string[] Words = (
        "ActivityFailed ActivityScheduled ActivityScheduleFailed ActivityStarted ActivitySucceeded ActivityTimedOut ChoiceStateEntered ChoiceStateExited " +
        "EvaluationFailed ExecutionAborted ExecutionFailed ExecutionRedriven ExecutionStarted ExecutionSucceeded ExecutionTimedOut FailStateEntered " +
        "LambdaFunctionFailed LambdaFunctionScheduled LambdaFunctionScheduleFailed LambdaFunctionStarted LambdaFunctionStartFailed LambdaFunctionSucceeded " +
        "LambdaFunctionTimedOut MapIterationAborted MapIterationFailed MapIterationStarted MapIterationSucceeded MapRunAborted MapRunFailed MapRunRedriven " +
        "MapRunStarted MapRunSucceeded MapStateAborted MapStateEntered MapStateExited MapStateFailed MapStateStarted MapStateSucceeded ParallelStateAborted " +
        "ParallelStateEntered ParallelStateExited ParallelStateFailed ParallelStateStarted ParallelStateSucceeded PassStateEntered PassStateExited " +
        "SucceedStateEntered SucceedStateExited TaskFailed TaskScheduled TaskStarted TaskStartFailed TaskStateAborted TaskStateEntered TaskStateExited " +
        "TaskSubmitFailed TaskSubmitted TaskSucceeded TaskTimedOut WaitStateAborted WaitStateEntered WaitStateExited " +
        "ExecutionStartedDetails ExecutionRedrivenDetails StateEnteredDetails StateExitedDetails OutputDetails FailureDetails TaskScheduledDetails " +
        "WorkScheduledDetails TaskStartedDetails ActivityStartedDetails MapStateStartedDetails MapIterationDetails MapRunDetails EvaluationFailedDetails " +
        "details payload role alias version number name assigned resource resourceType region timeout heartbeat error cause location MapRunRedrivenDetails MapRunSucceededDetails").Split(' ');

    /// <summary>The index of each word in <see cref="Words"/>.</summary>
    public static readonly FrozenDictionary<string, int> WordPlaces = Words.Index().ToFrozenDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
}
