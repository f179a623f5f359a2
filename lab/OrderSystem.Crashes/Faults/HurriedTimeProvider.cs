using System.Globalization;

namespace OrderSystem.Crashes.Faults;

/// <summary>
/// A clock whose longer waits take a fraction of their time: backoffs, retry intervals and timeouts, so that hundreds of
/// runs with faults fit into an hour. What it tells as the time is the real one, and how often a source is polled stays as it is.
/// </summary>
internal sealed class HurriedTimeProvider(double scale) : TimeProvider
{
    /// <summary>The variable that says what waits are multiplied by.</summary>
    public const string Variable = "ORDERSYSTEM_TIME_SCALE";

    private static readonly TimeSpan ShortestScaled = TimeSpan.FromMilliseconds(200);

    /// <summary>The clock that the environment asks for; null leaves the program its own.</summary>
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
