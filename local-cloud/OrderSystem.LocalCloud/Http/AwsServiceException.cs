namespace OrderSystem.LocalCloud.Http;

/// <summary>An error that a service returns as AWS does, with an error code, a message and an HTTP status.</summary>
/// <param name="code">The error code as AWS names it, such as <c>ExecutionDoesNotExist</c>.</param>
/// <param name="message">The message as AWS words it.</param>
/// <param name="statusCode">The HTTP status.</param>
public sealed class AwsServiceException(string code, string message, int statusCode = 400) : Exception(message)
{
    /// <summary>The error code.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status of the response.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>The error code of the older query protocol, which SQS still sends in a header; null for other services.</summary>
    public string? QueryCode { get; init; }

    /// <summary>
    /// The <c>Reason</c> of a Lambda error, such as <c>ReservedFunctionConcurrentInvocationLimitExceeded</c>; null for
    /// other errors.
    /// </summary>
    public string? Reason { get; init; }
}
