namespace OrderSystem.Templates;

/// <summary>The Lambda API would refuse a mapping so declared; the message is its own.</summary>
internal sealed class MappingRefusedException(string message) : Exception(message);
