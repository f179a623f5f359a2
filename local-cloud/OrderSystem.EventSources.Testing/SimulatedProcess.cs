namespace OrderSystem.EventSources.Testing;

/// <summary>
/// A simulated process: the synchronization context that runs the process's code. A killed process runs no more code.
/// </summary>
public sealed class SimulatedProcess : SynchronizationContext
{
    private readonly SimulatedWorld _world;

    internal SimulatedProcess(SimulatedWorld world) => _world = world;

    /// <summary>Whether the process was killed.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>Kills the process: its remaining continuations never run.</summary>
    public void Kill() => IsKilled = true;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _world.Post(this, d, state);

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
