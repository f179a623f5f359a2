namespace OrderSystem.EventSources.Testing;

/// <summary>Code that lives and dies together: killed, it runs not one step further, wherever it was.</summary>
public sealed class SimulatedProcess : SynchronizationContext
{
    private readonly SimulatedWorld _world;

    internal SimulatedProcess(SimulatedWorld world) => _world = world;

    /// <summary>Whether it is dead.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>Ends it at once.</summary>
    public void Kill() => IsKilled = true;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _world.Post(this, d, state);

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
