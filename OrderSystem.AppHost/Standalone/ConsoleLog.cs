namespace OrderSystem.AppHost.Standalone;

/// <summary>The console, shared by all processes: each line under its resource's name.</summary>
/// <param name="output">Where lines go.</param>
/// <param name="quiet">Whether the processes' own lines are dropped.</param>
/// <param name="nameWidth">The width of the column of names.</param>
public sealed class ConsoleLog(TextWriter output, bool quiet, int nameWidth = 12)
{
    private readonly Lock _gate = new();

    /// <summary>A line of the AppHost itself; never hushed.</summary>
    public void Say(string message)
    {
        lock (_gate)
            output.WriteLine(message);
    }

    /// <summary>A line that a process printed.</summary>
    public void Relay(string resource, string line)
    {
        if (quiet)
            return;
        lock (_gate)
            output.WriteLine($"{resource.PadRight(nameWidth)} | {line}");
    }
}
