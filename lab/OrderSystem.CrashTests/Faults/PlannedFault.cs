using System.Globalization;

namespace OrderSystem.CrashTests.Faults;

/// <summary>A planned fault: where, when and how it strikes.</summary>
/// <param name="Id">The fault's id, unique within the plan.</param>
/// <param name="Point">The crash point; see <see cref="CrashPoints"/>.</param>
/// <param name="Action">What happens at the crash point.</param>
internal sealed record PlannedFault(int Id, string Point, FaultAction Action)
{
    /// <summary>The order or function that the fault strikes; null if it strikes any.</summary>
    public string? Subject { get; init; }

    /// <summary>
    /// How many times a process must reach the crash point before the fault strikes. With 1, the fault strikes the first
    /// time.
    /// </summary>
    public int Hit { get; init; } = 1;

    /// <summary>The maximum number of strikes of this fault, across all processes and restarts.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The duration of a <see cref="FaultAction.Delay"/>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Parses a line of a plan, as written by <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The line is malformed.</exception>
    public static PlannedFault Parse(string line)
    {
        if (line.Split(' ') is not [var id, var point, var action, var subject, var hit, var times, var delay] || !Enum.TryParse<FaultAction>(action, out var parsed))
            throw new FormatException($"Expected \"id point action subject hit times milliseconds\" but got: {line}");
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
    /// <summary>The process is killed, as by <c>kill -9</c>.</summary>
    Exit,

    /// <summary>The call throws the exception that its port documents for a failure.</summary>
    Throw,

    /// <summary>
    /// The call takes longer and ignores cancellation, so its caller may have stopped waiting before the call returns.
    /// </summary>
    Delay,

    /// <summary>
    /// The effect runs twice concurrently, as if its request were delivered twice. Used only at crash points before an
    /// effect.
    /// </summary>
    Twice,
}
