using System.Collections.Concurrent;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.CrashTests;

/// <summary>Runs a scenario's disturbances and records when they took place.</summary>
internal sealed class Disturber(TestedCloud cloud)
{
    private readonly ConcurrentQueue<Disturbed> _disturbed = new();
    private readonly DatabaseDisturber _databases = new(cloud);

    // Held during an attack on a database, so that no other disturbance starts until the attack has ended.
    private readonly SemaphoreSlim _turn = new(1);
    private int _others;

    /// <summary>The disturbances that took place.</summary>
    public IReadOnlyList<Disturbed> Disturbed => [.. _disturbed];

    /// <summary>Descriptions of the errors that processes made while their databases were attacked.</summary>
    public IReadOnlyList<string> Complaints => _databases.Complaints;

    /// <summary>Runs a disturbance to its end.</summary>
    /// <exception cref="TimeoutException">The disturbance could not be carried out in time.</exception>
    public async Task DisturbAsync(Disturbance disturbance, CancellationToken cancellationToken)
    {
        if (disturbance.Delay > TimeSpan.Zero)
            await Task.Delay(disturbance.Delay, TimeProvider.System, cancellationToken);
        var from = await DoInTurnAsync(disturbance, cancellationToken);
        _disturbed.Enqueue(new Disturbed(disturbance, from, TimeProvider.System.GetUtcNow()));
    }

    /// <summary>
    /// Runs a disturbance. An attack on a database runs alone; other disturbances run concurrently. Returns the time at
    /// which the disturbance started.
    /// </summary>
    private async Task<DateTimeOffset> DoInTurnAsync(Disturbance disturbance, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        var from = TimeProvider.System.GetUtcNow();
        if (DatabaseDisturber.Takes(disturbance.Kind))
        {
            try
            {
                await TestedCloud.EventuallyAsync(() => Task.FromResult(Volatile.Read(ref _others) == 0), () =>
                    "The attack on the database could not start, because another disturbance did not end in time.", cancellationToken);
                await TestedCloud.EventuallyAsync(() => cloud.IsStoreHealthyAsync(cancellationToken), () =>
                    "The attack on the database could not start, because the store did not become healthy in time.", cancellationToken);
                from = TimeProvider.System.GetUtcNow();
                await _databases.DoAsync(disturbance, cloud.Processes.First(process => process.Name == disturbance.Target), cancellationToken);
            }
            finally
            {
                _turn.Release();
            }

            return from;
        }

        Interlocked.Increment(ref _others);
        _turn.Release();
        try
        {
            await DoAsync(disturbance, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _others);
        }

        return from;
    }

    private async Task DoAsync(Disturbance disturbance, CancellationToken cancellationToken)
    {
        var process = cloud.Processes.FirstOrDefault(process => process.Name == disturbance.Target);
        switch (disturbance.Kind)
        {
            case DisturbanceKind.Kill:
                process!.Kill();
                break;
            case DisturbanceKind.Freeze:
                process!.Freeze();
                await Task.Delay(disturbance.Duration, TimeProvider.System, cancellationToken);
                process.Thaw();
                break;
            case DisturbanceKind.Restart:
                await process!.RestartAsync(cancellationToken);
                break;
            case DisturbanceKind.FillDisk:
                process!.SetDiskFull(true);
                await Task.Delay(disturbance.Duration, TimeProvider.System, cancellationToken);
                process.SetDiskFull(false);
                break;
            case DisturbanceKind.CutTelemetry or DisturbanceKind.HangTelemetry:
                var state = disturbance.Kind == DisturbanceKind.CutTelemetry ? TelemetryState.Cut : TelemetryState.Hanging;
                cloud.World.Timeline.Note("telemetry", state.ToString());
                cloud.World.Telemetry.State = state;
                break;
            default:
                await PoisonAsync(disturbance.Target, cancellationToken);
                break;
        }
    }

    // Retry until the poison record has been written.
    private async Task PoisonAsync(string orderId, CancellationToken cancellationToken)
    {
        await TestedCloud.EventuallyAsync(() => TryPoisonAsync(orderId, cancellationToken), () => $"{orderId} could not be written to the stream.", cancellationToken);
        cloud.World.Timeline.Note("poison", $"{orderId} is in the stream");
    }

    private async Task<bool> TryPoisonAsync(string orderId, CancellationToken cancellationToken)
    {
        try
        {
            await cloud.PoisonAsync(orderId, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Data.Common.DbException)
        {
            return false;
        }
    }
}
