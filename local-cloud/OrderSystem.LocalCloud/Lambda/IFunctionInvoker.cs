namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Invokes functions as the Lambda service does for its clients: Step Functions, event source mappings, the Invoke API.
/// </summary>
public interface IFunctionInvoker
{
    /// <summary>Invokes a function and waits for its response.</summary>
    /// <param name="function">A name, a partial ARN or an ARN, with or without a qualifier.</param>
    /// <param name="payload">The event, as JSON.</param>
    /// <param name="traceHeader">The trace header, which the function receives as <c>Lambda-Runtime-Trace-Id</c>; null to
    /// start a new trace.</param>
    /// <param name="clientContext">The client context, which the function receives as
    /// <c>Lambda-Runtime-Client-Context</c>: JSON on one line of ASCII, or null.</param>
    /// <param name="cancellationToken">Cancels the wait; the function itself continues until its timeout, as in AWS.</param>
    /// <returns>The function's response or error.</returns>
    /// <exception cref="Http.AwsServiceException"><c>ResourceNotFoundException</c>, <c>TooManyRequestsException</c> (429) when
    /// the reserved concurrency is used up, and the other errors of the Invoke API.</exception>
    Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, string? traceHeader, string? clientContext, CancellationToken cancellationToken);
}

/// <summary>The result of an invocation.</summary>
/// <param name="Payload">The response as JSON, or the error document (<c>errorType</c>, <c>errorMessage</c>, …)
/// if <paramref name="FunctionError"/> is set.</param>
/// <param name="FunctionError"><c>Unhandled</c> if the function failed; null if it succeeded.</param>
/// <param name="ExecutedVersion">The version that ran, such as <c>$LATEST</c>.</param>
public sealed record InvocationResult(ReadOnlyMemory<byte> Payload, string? FunctionError, string ExecutedVersion = "$LATEST")
{
    /// <summary>The invocation's request id, which the function receives too.</summary>
    public string RequestId { get; init; } = "";
}
