namespace OrderSystem.StatesLanguage;

/// <summary>An error as the Amazon States Language knows it: a name that Retry and Catch match, and a cause for people.</summary>
public sealed class StatesErrorException : Exception
{
    /// <summary>An error.</summary>
    /// <param name="error">The error's name, such as <c>States.TaskFailed</c>; null where a Fail state names none.</param>
    /// <param name="cause">What happened.</param>
    public StatesErrorException(string? error, string? cause)
        : base(cause ?? error)
    {
        Error = error;
        Cause = cause;
    }

    /// <summary>The error's name.</summary>
    public string? Error { get; }

    /// <summary>What happened.</summary>
    public string? Cause { get; }

    /// <summary>The field of the state that was evaluated, where the error arose in one.</summary>
    public string? Location { get; init; }

    /// <summary>The cause without the state and the event that it names, as TestState shows it.</summary>
    public string? Summary { get; init; }

    /// <summary>Whether the error is a timeout for want of a heartbeat, which has a name of its own to Retry and Catch.</summary>
    internal bool IsHeartbeat { get; init; }

    /// <summary>The last event before the failure: of several failures the first is the one that counts.</summary>
    internal int? EventId { get; set; }

    /// <summary>Whether the history tells of it already.</summary>
    internal bool IsRecorded { get; set; }

    /// <summary>A <c>States.Runtime</c> error, which no Catch takes.</summary>
    internal static StatesErrorException Runtime(string cause) => new(StatesErrors.Runtime, cause);
}
