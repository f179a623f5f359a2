namespace OrderSystem.CloudFormation;

/// <summary>The Lambda API would refuse a mapping so declared; the message is its own.</summary>
public sealed class MappingRefusedException(string message) : Exception(message);
