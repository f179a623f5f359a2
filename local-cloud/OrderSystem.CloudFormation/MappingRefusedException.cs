namespace OrderSystem.CloudFormation;

/// <summary>The Lambda API would reject this mapping declaration; the message says why.</summary>
public sealed class MappingRefusedException(string message) : Exception(message)
{
    /// <summary>The less specific message that the Lambda API gives; null if AWS does not document or show it.</summary>
    public string? ApiMessage { get; init; }
}
