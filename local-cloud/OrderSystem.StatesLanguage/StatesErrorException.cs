namespace OrderSystem.StatesLanguage;

/// <summary>An error of the Amazon States Language: a name that Retry and Catch match, and a human-readable cause.</summary>
public sealed class StatesErrorException : Exception
{
    /// <summary>Creates an error.</summary>
    /// <param name="error">The error name, such as <c>States.TaskFailed</c>; null if a Fail state sets none.</param>
    /// <param name="cause">The description of the error.</param>
    public StatesErrorException(string? error, string? cause)
        : base(cause ?? error)
    {
        Error = error;
        Cause = cause;
    }

    /// <summary>The error name, such as <c>States.TaskFailed</c>.</summary>
    public string? Error { get; }

    /// <summary>The description of the error.</summary>
    public string? Cause { get; }

    /// <summary>The name of the state's field that could not be evaluated; null for other errors.</summary>
    public string? Location { get; init; }

    /// <summary>The cause without the state name and event id, as TestState shows it.</summary>
    public string? Summary { get; init; }

    /// <summary>Whether the error is a missed heartbeat, which Retry and Catch match as <c>States.HeartbeatTimeout</c>.</summary>
    internal bool IsHeartbeat { get; init; }

    /// <summary>
    /// The id of the last event before the failure. If several branches fail, the failure with the lowest id counts as
    /// the first.
    /// </summary>
    internal int? EventId { get; set; }

    /// <summary>Whether the history already contains the failure.</summary>
    internal bool IsRecorded { get; set; }

    /// <summary>Creates a <c>States.Runtime</c> error, which no Retrier or Catcher matches.</summary>
    internal static StatesErrorException Runtime(string cause) => new(StatesErrors.Runtime, cause);
}
