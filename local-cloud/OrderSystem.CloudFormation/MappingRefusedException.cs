namespace OrderSystem.CloudFormation;

/// <summary>The Lambda API would reject this mapping declaration; the message says why.</summary>
public sealed class MappingRefusedException(string message) : Exception(message);
