namespace OrderSystem.EventSources.Testing;

/// <summary>A simulated run did not come to what was waited for, or was used as it can't be.</summary>
public sealed class SimulationException(string message) : Exception(message);
