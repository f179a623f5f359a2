using System.Collections.Concurrent;
using OrderSystem.Crashes.Processes;

namespace OrderSystem.Crashes.Faults;

/// <summary>Puts the two crash points around an effect.</summary>
internal sealed class FaultInjector(FaultFolder folder)
{
    private readonly ConcurrentDictionary<int, int> _hits = [];

    /// <summary>Has an effect, with whatever the plan says before and after it.</summary>
    /// <param name="effect">Its name, of <see cref="CrashPoints"/>.</param>
    /// <param name="subject">The order or the function that it is about.</param>
    /// <param name="call">Has it.</param>
    /// <param name="failure">How the port fails.</param>
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

    // What the first of them hears is lost, as where a delivery is repeated before its answer has come.
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
