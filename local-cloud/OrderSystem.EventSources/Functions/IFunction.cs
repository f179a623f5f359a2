namespace OrderSystem.EventSources.Functions;

/// <summary>The function that a mapping invokes.</summary>
public interface IFunction
{
    /// <summary>The ARN of the function, for the metadata records of discarded batches.</summary>
    string Arn { get; }

    /// <summary>
    /// Invokes the function and waits for its response. A failure is reported as an outcome, not as an exception.
    /// </summary>
    /// <param name="payload">The event, as JSON.</param>
    /// <param name="cancellationToken">Cancels the wait for the response.</param>
    Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}

/// <summary>The outcome of an invocation.</summary>
/// <param name="RequestId">The request id of the invocation.</param>
public abstract record InvocationOutcome(string RequestId)
{
    /// <summary>The function returned a response.</summary>
    /// <param name="RequestId">The request id of the invocation.</param>
    /// <param name="Payload">The response, as JSON; may be empty.</param>
    public sealed record Answered(string RequestId, ReadOnlyMemory<byte> Payload) : InvocationOutcome(RequestId);

    /// <summary>The function ran and failed: it threw, timed out or exited.</summary>
    /// <param name="RequestId">The request id of the invocation.</param>
    /// <param name="FunctionError">The error as the Invoke API reports it, such as <c>Unhandled</c>.</param>
    /// <param name="Problem">A description of the error.</param>
    public sealed record Failed(string RequestId, string FunctionError, string Problem) : InvocationOutcome(RequestId);

    /// <summary>
    /// The function was not invoked, for example because it was throttled. Such a call does not count as an attempt.
    /// </summary>
    /// <param name="RequestId">The id of the request.</param>
    /// <param name="Problem">Why the function was not invoked.</param>
    public sealed record NotInvoked(string RequestId, string Problem) : InvocationOutcome(RequestId);
}
