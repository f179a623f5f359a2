using System.Globalization;

namespace OrderSystem.CrashTests.Faults;

/// <summary>
/// A clock that shortens waits of at least 200 ms, such as backoffs, retry intervals and timeouts, so that hundreds of runs
/// with faults fit into an hour. The clock still reports the real time. Waits of less than 200 ms, such as polling
/// intervals, are not shortened.
/// </summary>
internal sealed class HurriedTimeProvider(double scale) : TimeProvider
{
    /// <summary>The environment variable with the factor by which waits are multiplied.</summary>
    public const string Variable = "ORDERSYSTEM_TIME_SCALE";

    private static readonly TimeSpan ShortestScaled = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Returns a clock with the factor in the environment variable; null if the variable is not set, so that the program
    /// keeps its own clock.
    /// </summary>
    public static HurriedTimeProvider? FromEnvironment() =>
        double.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out var scale) && scale is > 0 and < 1
            ? new HurriedTimeProvider(scale)
            : null;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HurriedTimer(base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period)), this);

    private TimeSpan Hurried(TimeSpan time) => time < ShortestScaled ? time : time * scale;

    private sealed class HurriedTimer(ITimer inner, HurriedTimeProvider clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(clock.Hurried(dueTime), clock.Hurried(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
