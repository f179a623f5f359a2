namespace OrderSystem.EventSources.Functions;

/// <summary>The function that a mapping invokes.</summary>
public interface IFunction
{
    /// <summary>The function's ARN, as it stands in the on-failure record.</summary>
    string Arn { get; }

    /// <summary>Invokes it and waits for its answer. What goes wrong is an outcome, never an exception.</summary>
    /// <param name="payload">The event, as JSON.</param>
    /// <param name="cancellationToken">Gives up waiting, as the mapping is torn down.</param>
    Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}

/// <summary>How an invocation ended.</summary>
/// <param name="RequestId">The invocation's id.</param>
public abstract record InvocationOutcome(string RequestId)
{
    /// <summary>The function answered.</summary>
    /// <param name="RequestId">The invocation's id.</param>
    /// <param name="Payload">Its answer, as JSON; may be empty.</param>
    public sealed record Answered(string RequestId, ReadOnlyMemory<byte> Payload) : InvocationOutcome(RequestId);

    /// <summary>The function ran and failed: it threw, timed out or died.</summary>
    /// <param name="RequestId">The invocation's id.</param>
    /// <param name="FunctionError">As the Invoke API tells it, such as <c>Unhandled</c>.</param>
    /// <param name="Problem">What went wrong, for people.</param>
    public sealed record Failed(string RequestId, string FunctionError, string Problem) : InvocationOutcome(RequestId);

    /// <summary>The function never ran: it was throttled, or the service could not. Such a batch has spent no attempt.</summary>
    /// <param name="RequestId">The request's id.</param>
    /// <param name="Problem">What stood in the way, for people.</param>
    public sealed record NotInvoked(string RequestId, string Problem) : InvocationOutcome(RequestId);
}
