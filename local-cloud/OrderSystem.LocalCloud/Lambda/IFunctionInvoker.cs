namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Invokes functions as the Lambda service does for its clients: Step Functions, event source mappings, the Invoke API.
/// </summary>
public interface IFunctionInvoker
{
    /// <summary>Invokes a function and waits for its response.</summary>
    /// <param name="request">The function and its event.</param>
    /// <param name="cancellationToken">Cancels the wait; the function itself continues until its timeout, as in AWS.</param>
    /// <returns>The function's response or error.</returns>
    /// <exception cref="Http.AwsServiceException"><c>ResourceNotFoundException</c>, <c>TooManyRequestsException</c> (429) when
    /// the reserved concurrency is used up, and the other errors of the Invoke API.</exception>
    Task<InvocationResult> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken);
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
