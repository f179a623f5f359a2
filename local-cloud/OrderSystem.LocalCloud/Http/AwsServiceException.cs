namespace OrderSystem.LocalCloud.Http;

/// <summary>An error that a service returns in AWS's form: a code, a message, an HTTP status.</summary>
/// <param name="code">The error code as AWS names it, such as <c>ExecutionDoesNotExist</c>.</param>
/// <param name="message">The message as AWS words it.</param>
/// <param name="statusCode">The HTTP status.</param>
public sealed class AwsServiceException(string code, string message, int statusCode = 400) : Exception(message)
{
    /// <summary>The error code.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The code in the older query protocol, if the service still sends it (SQS does).</summary>
    public string? QueryCode { get; init; }

    /// <summary>Lambda's <c>Reason</c>, such as <c>ReservedFunctionConcurrentInvocationLimitExceeded</c>.</summary>
    public string? Reason { get; init; }
}
