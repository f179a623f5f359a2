namespace OrderSystem.LocalCloud.Hosting;

/// <summary>Allows at most five restarts of a process within a minute.</summary>
/// <param name="time">The clock.</param>
internal sealed class RestartBudget(TimeProvider time)
{
    private const int Allowed = 5;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _deaths = new();

    /// <summary>The number of exits within the last minute, including the latest exit.</summary>
    public int Deaths => _deaths.Count;

    /// <summary>Counts an exit; returns false if the process has exited too often to be restarted.</summary>
    public bool MayStartAgain()
    {
        var now = time.GetUtcNow();
        _deaths.Enqueue(now);
        while (now - _deaths.Peek() > Window)
            _deaths.Dequeue();
        return Deaths <= Allowed;
    }
}
