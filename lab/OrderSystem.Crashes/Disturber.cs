using System.Collections.Concurrent;
using OrderSystem.Crashes.Checks;
using OrderSystem.Crashes.Clouds;
using OrderSystem.Crashes.Load;
using OrderSystem.Crashes.Outside;

namespace OrderSystem.Crashes;

/// <summary>Does to the processes of a cloud what a scenario says, and remembers when.</summary>
internal sealed class Disturber(TestedCloud cloud)
{
    private readonly ConcurrentQueue<Disturbed> _disturbed = new();

    /// <summary>What was done.</summary>
    public IReadOnlyList<Disturbed> Disturbed => [.. _disturbed];

    /// <summary>Does it; ends once it has passed.</summary>
    /// <exception cref="TimeoutException">It can't be done, however long one waits.</exception>
    public async Task DisturbAsync(Disturbance disturbance, CancellationToken cancellationToken)
    {
        if (disturbance.Delay > TimeSpan.Zero)
            await Task.Delay(disturbance.Delay, TimeProvider.System, cancellationToken);
        var from = TimeProvider.System.GetUtcNow();
        await DoAsync(disturbance, cancellationToken);
        _disturbed.Enqueue(new Disturbed(disturbance, from, TimeProvider.System.GetUtcNow()));
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

    // Whoever puts it there insists too.
    private async Task PoisonAsync(string orderId, CancellationToken cancellationToken)
    {
        await TestedCloud.EventuallyAsync(() => TryPoisonAsync(orderId, cancellationToken), () => $"{orderId} can't be put into the stream.", cancellationToken);
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
