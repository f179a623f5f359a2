using System.Globalization;

namespace OrderSystem.CrashTests.Faults;

/// <summary>
/// A clock that shortens longer waits, such as backoffs, retry intervals and timeouts, so that hundreds of runs with
/// faults fit into an hour. It reports the real time, and polling intervals stay unchanged.
/// </summary>
internal sealed class HurriedTimeProvider(double scale) : TimeProvider
{
    /// <summary>The environment variable that holds the factor for waits.</summary>
    public const string Variable = "ORDERSYSTEM_TIME_SCALE";

    private static readonly TimeSpan ShortestScaled = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns the clock that the environment asks for; null keeps the program's own.</summary>
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
