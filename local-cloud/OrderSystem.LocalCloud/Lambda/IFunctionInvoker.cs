namespace OrderSystem.LocalCloud.Lambda;

/// <summary>Invokes functions as the Lambda service does for its clients: Step Functions, event source mappings, the Invoke API.</summary>
public interface IFunctionInvoker
{
    /// <summary>Invokes a function and waits for its answer.</summary>
    /// <param name="function">A name, a partial ARN or an ARN, with or without a qualifier.</param>
    /// <param name="payload">The event, as JSON.</param>
    /// <param name="traceHeader">Handed to the function as <c>Lambda-Runtime-Trace-Id</c>.</param>
    /// <param name="cancellationToken">Gives the invocation up; the function itself runs on until its timeout, as in AWS.</param>
    /// <returns>What the function answered, or its error.</returns>
    /// <exception cref="Http.AwsServiceException"><c>ResourceNotFoundException</c>, <c>TooManyRequestsException</c> (429) at the
    /// reserved concurrency, and the other errors of the Invoke API.</exception>
    Task<InvocationResult> InvokeAsync(string function, ReadOnlyMemory<byte> payload, string? traceHeader, CancellationToken cancellationToken);
}

/// <summary>A function's answer.</summary>
/// <param name="Payload">The answer, or where <paramref name="FunctionError"/> is set the error document
/// (<c>errorType</c>, <c>errorMessage</c>, …), as JSON.</param>
/// <param name="FunctionError">Null, or <c>Unhandled</c>.</param>
/// <param name="ExecutedVersion">The version that answered, such as <c>$LATEST</c>.</param>
public sealed record InvocationResult(ReadOnlyMemory<byte> Payload, string? FunctionError, string ExecutedVersion = "$LATEST")
{
    /// <summary>The invocation's id, as the function knows it.</summary>
    public string RequestId { get; init; } = "";
}
