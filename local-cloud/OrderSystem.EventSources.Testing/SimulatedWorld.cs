namespace OrderSystem.EventSources.Testing;

/// <summary>
/// Runs asynchronous code on one thread with a virtual clock, so that the same seed gives the same run. Code belongs to
/// a process; after a kill, none of the process's code runs any further.
/// </summary>
/// <param name="seed">Seeds the order of continuations that are ready together; null keeps it.</param>
public sealed class SimulatedWorld(int? seed = null)
{
    private readonly List<(SimulatedProcess Process, SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly Random? _random = seed is { } value ? new Random(value) : null;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>The virtual clock.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>Starts a process with its first step.</summary>
    public SimulatedProcess Start(Action first)
    {
        var process = new SimulatedProcess(this);
        Run(process, _ => first(), null);
        return process;
    }

    /// <summary>Runs everything that can run without time passing.</summary>
    public void Settle()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs one continuation; returns false if none is ready.</summary>
    public bool Step()
    {
        if (_ready.Count == 0)
            return false;
        // Continuations that are ready together may run in any order, as on a thread pool.
        var index = _random?.Next(_ready.Count) ?? 0;
        var (process, callback, state) = _ready[index];
        _ready.RemoveAt(index);
        if (!process.IsKilled)
            Run(process, callback, state);
        return true;
    }

    /// <summary>Lets the given time pass.</summary>
    public void Advance(TimeSpan duration) => RunUntil(() => false, duration);

    /// <summary>Lets time pass until a condition holds; returns false if it does not within the limit.</summary>
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
            throw new SimulationException("A simulated process was resumed on another thread: it waits for something that is not simulated.");
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
