using System.Globalization;

namespace OrderSystem.Crashes.Faults;

/// <summary>One fault: where it strikes, when, and how.</summary>
/// <param name="Id">Tells it from the others of its plan.</param>
/// <param name="Point">The crash point; see <see cref="CrashPoints"/>.</param>
/// <param name="Action">What happens there.</param>
internal sealed record PlannedFault(int Id, string Point, FaultAction Action)
{
    /// <summary>Only calls about this order, or of this function; null strikes at any.</summary>
    public string? Subject { get; init; }

    /// <summary>From the nth hit of the point in a process on.</summary>
    public int Hit { get; init; } = 1;

    /// <summary>How often, over all processes and restarts.</summary>
    public int Times { get; init; } = 1;

    /// <summary>How long a <see cref="FaultAction.Delay"/> takes.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Reads a line of a plan, as <see cref="ToString"/> writes it.</summary>
    /// <exception cref="FormatException">The line is none.</exception>
    public static PlannedFault Parse(string line)
    {
        if (line.Split(' ') is not [var id, var point, var action, var subject, var hit, var times, var delay] || !Enum.TryParse<FaultAction>(action, out var parsed))
            throw new FormatException($"A fault is written: id point action subject hit times milliseconds; not: {line}");
        return new PlannedFault(Number(id), point, parsed)
        {
            Subject = subject == "*" ? null : subject,
            Hit = Number(hit),
            Times = Number(times),
            Delay = TimeSpan.FromMilliseconds(Number(delay)),
        };
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Id} {Point} {Action} {Subject ?? "*"} {Hit} {Times} {Delay.TotalMilliseconds:0}");

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>What a fault does.</summary>
internal enum FaultAction
{
    /// <summary>The process is gone, as by <c>kill -9</c>.</summary>
    Exit,

    /// <summary>The call fails as its port says calls may fail.</summary>
    Throw,

    /// <summary>The call takes its time and heeds no cancellation: whoever believes it dead may meet it later.</summary>
    Delay,

    /// <summary>The effect is asked for twice at once, as by a delivery that is repeated. At points before an effect only.</summary>
    Twice,
}
