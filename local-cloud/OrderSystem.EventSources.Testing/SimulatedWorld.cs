namespace OrderSystem.EventSources.Testing;

/// <summary>
/// Runs asynchronous code on one thread with a virtual clock, so that two runs with the same seed are identical. All code
/// runs in a simulated process, and a killed process runs no more code.
/// </summary>
/// <param name="seed">
/// The seed for the random order in which ready continuations run; null runs them in the order in which they became ready.
/// </param>
public sealed class SimulatedWorld(int? seed = null)
{
    private readonly List<(SimulatedProcess Process, SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly Random? _random = seed is { } value ? new Random(value) : null;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>The virtual clock.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>Creates a process and runs the given action in it, up to the action's first asynchronous wait.</summary>
    public SimulatedProcess Start(Action first)
    {
        var process = new SimulatedProcess(this);
        Run(process, _ => first(), null);
        return process;
    }

    /// <summary>Runs all ready continuations without advancing the clock.</summary>
    public void Settle()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs one continuation; returns false if no continuation is ready.</summary>
    public bool Step()
    {
        if (_ready.Count == 0)
            return false;
        // Ready continuations may run in any order, as on a thread pool.
        var index = _random?.Next(_ready.Count) ?? 0;
        var (process, callback, state) = _ready[index];
        _ready.RemoveAt(index);
        if (!process.IsKilled)
            Run(process, callback, state);
        return true;
    }

    /// <summary>Advances the clock by the given time, and runs all timers and continuations that become due.</summary>
    public void Advance(TimeSpan duration) => RunUntil(() => false, duration);

    /// <summary>
    /// Advances the clock until a condition is true; returns false if the condition is still false after the given time.
    /// </summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        var end = Time.GetUtcNow() + limit;
        while (true)
        {
            Settle();
            if (condition())
                return true;
            if (Time.NextDue() is not { } due || due > end)
            {
                Time.MoveTo(end);
                Settle();
                return condition();
            }

            Time.MoveTo(due);
        }
    }

    internal void Post(SimulatedProcess process, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new SimulationException("A simulated process was resumed on another thread, because it awaited something that is not simulated.");
        if (!process.IsKilled)
            _ready.Add((process, callback, state));
    }

    private static void Run(SimulatedProcess process, SendOrPostCallback callback, object? state)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(process);
        try
        {
            callback(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }
}
