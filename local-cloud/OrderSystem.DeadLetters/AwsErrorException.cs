namespace OrderSystem.DeadLetters;

/// <summary>An error that an AWS service returned.</summary>
/// <param name="code">The error code, such as <c>ExecutionDoesNotExist</c>.</param>
/// <param name="message">The error message from the service.</param>
public sealed class AwsErrorException(string code, string message) : Exception(message)
{
    /// <summary>The error code.</summary>
    public string Code { get; } = code;
}
