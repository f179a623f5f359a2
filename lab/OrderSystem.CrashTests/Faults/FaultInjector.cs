using System.Collections.Concurrent;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests.Faults;

/// <summary>Runs effects. Before and after each effect is a crash point, at which planned faults strike.</summary>
internal sealed class FaultInjector(FaultFolder folder)
{
    private readonly ConcurrentDictionary<int, int> _hits = [];

    /// <summary>Runs an effect with its crash points before and after it.</summary>
    /// <param name="effect">The name of the effect, from <see cref="CrashPoints"/>.</param>
    /// <param name="subject">The order or function that the effect concerns.</param>
    /// <param name="call">Runs the effect.</param>
    /// <param name="failure">Creates the exception that the port documents for a failure.</param>
    public async Task<T> AroundAsync<T>(string effect, string subject, Func<Task<T>> call, Func<Exception> failure)
    {
        var isTwice = await PointAsync(CrashPoints.Before(effect), subject, failure);
        var result = isTwice ? await TwiceAsync(call) : await call();
        await PointAsync(CrashPoints.After(effect), subject, failure);
        return result;
    }

    /// <inheritdoc cref="AroundAsync{T}"/>
    public Task AroundAsync(string effect, string subject, Func<Task> call, Func<Exception> failure) => AroundAsync(effect, subject, async () =>
    {
        await call();
        return true;
    }, failure);

    // Runs the effect twice and returns only the second result, as if the request had been delivered again before the
    // first response arrived.
    private static async Task<T> TwiceAsync<T>(Func<Task<T>> call)
    {
        var first = call();
        var second = call();
        await first.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return await second;
    }

    private async Task<bool> PointAsync(string point, string subject, Func<Exception> failure)
    {
        if (Struck(point, subject) is not { } fault)
            return false;
        switch (fault.Action)
        {
            case FaultAction.Exit:
                folder.NoteDeath(Environment.ProcessId);
                Signals.Kill(Environment.ProcessId);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
                return false;
            case FaultAction.Throw:
                throw failure();
            case FaultAction.Delay:
                await Task.Delay(fault.Delay, TimeProvider.System, CancellationToken.None);
                return false;
            default:
                return true;
        }
    }

    private PlannedFault? Struck(string point, string subject)
    {
        foreach (var fault in folder.Plan())
        {
            if (fault.Point == point
                && (fault.Subject is not { } wanted || wanted == subject)
                && _hits.AddOrUpdate(fault.Id, 1, (_, hits) => hits + 1) >= fault.Hit
                && folder.TryStrike(fault, subject))
                return fault;
        }

        return null;
    }
}
