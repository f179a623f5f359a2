namespace OrderSystem.EventSources.Testing;

/// <summary>A simulated run did not reach its condition, or the simulation was misused.</summary>
public sealed class SimulationException(string message) : Exception(message);
