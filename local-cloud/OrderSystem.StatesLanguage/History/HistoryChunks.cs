using System.Collections.Frozen;

namespace OrderSystem.StatesLanguage.History;

/// <summary>
/// How a history is kept in chunks. A chunk is a byte that tells whether it goes on from the one before, the number of its
/// first event, and its events. A text or a payload is written once; after that it is a step back among the latest, or a
/// place in the list of words.
/// </summary>
internal static class HistoryChunks
{
    public const byte Fresh = 1, Continued = 2;

    /// <summary>What a value or a field's name begins with; above these are steps back, then words.</summary>
    public const int Text = 0, Payload = 1, Integer = 2, EndOfEvent = 3, StepsBack = 3, FirstWord = StepsBack + Remembered + 1;

    /// <summary>How many texts and payloads can be referred to.</summary>
    public const int Remembered = 64;

    /// <summary>Names of events, details and fields. The place counts: new ones go to the end.</summary>
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

    /// <summary>Where each word is.</summary>
    public static readonly FrozenDictionary<string, int> WordPlaces = Words.Index().ToFrozenDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
}
