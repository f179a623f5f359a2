namespace OrderSystem.StatesLanguage;

/// <summary>
/// The error names that Step Functions reserves. AWS Step Functions Developer Guide: "Handling errors in Step Functions
/// workflows".
/// </summary>
public static class StatesErrors
{
    /// <summary>In Retry and Catch: any error except terminal errors such as <c>States.Runtime</c>.</summary>
    public const string All = "States.ALL";

    /// <summary>In Retry and Catch: any error of a task except a timeout.</summary>
    public const string TaskFailed = "States.TaskFailed";

    /// <summary>A task or an execution exceeded its timeout.</summary>
    public const string Timeout = "States.Timeout";

    /// <summary>A task did not send a heartbeat in time.</summary>
    public const string HeartbeatTimeout = "States.HeartbeatTimeout";

    /// <summary>
    /// The execution failed at run time, for example because a path cannot be applied to the input. Retry and Catch
    /// never match this error.
    /// </summary>
    public const string Runtime = "States.Runtime";

    /// <summary>A payload exceeds 256 KiB, or the variables exceed 10 MiB.</summary>
    public const string DataLimitExceeded = "States.DataLimitExceeded";

    /// <summary>An intrinsic function failed.</summary>
    public const string IntrinsicFailure = "States.IntrinsicFailure";

    /// <summary>A Choice state has no matching rule and no Default.</summary>
    public const string NoChoiceMatched = "States.NoChoiceMatched";

    /// <summary>A JSONata expression failed.</summary>
    public const string QueryEvaluationError = "States.QueryEvaluationError";

    /// <summary>More items failed than a distributed Map tolerates.</summary>
    public const string ExceedToleratedFailureThreshold = "States.ExceedToleratedFailureThreshold";

    /// <summary>A distributed Map could not read its items.</summary>
    public const string ItemReaderFailed = "States.ItemReaderFailed";

    /// <summary>A distributed Map could not write its results.</summary>
    public const string ResultWriterFailed = "States.ResultWriterFailed";

    /// <summary>A ResultPath cannot be applied to the state's input.</summary>
    public const string ResultPathMatchFailure = "States.ResultPathMatchFailure";

    /// <summary>The path in a <c>.$</c> field matches nothing.</summary>
    public const string ParameterPathFailure = "States.ParameterPathFailure";

    /// <summary>A branch of a Parallel state failed.</summary>
    public const string BranchFailed = "States.BranchFailed";

    /// <summary>The execution role lacks a permission.</summary>
    public const string Permissions = "States.Permissions";
}
