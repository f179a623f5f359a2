namespace OrderSystem.CloudFormation;

/// <summary>The Lambda API would reject this mapping declaration; the message says why.</summary>
public sealed class MappingRefusedException(string message) : Exception(message)
{
    /// <summary>
    /// The less specific message that the Lambda API returns for this error; null if AWS's message is not known.
    /// </summary>
    public string? ApiMessage { get; init; }
}
