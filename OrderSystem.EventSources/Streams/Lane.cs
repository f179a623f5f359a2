using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// One of a shard's parallel lanes: hands its records to the function batch by batch, each dealt with before the next. Without
/// parallelization a shard has one lane.
/// </summary>
internal sealed class Lane(StreamMapping mapping, string shardId, ShardProgress progress, ShardCheckpoint resumed)
{
    private readonly BatchDelivery _delivery = new(mapping, shardId, progress);

    public LaneBuffer Buffer { get; } = new(mapping.Configuration, mapping.Time);

    /// <param name="stopping">Ends the lane between two batches.</param>
    /// <param name="aborting">Ends it at once; what it was at is repeated by the next run.</param>
    public Task RunAsync(CancellationToken stopping, CancellationToken aborting) =>
        mapping.Configuration.TumblingWindow > TimeSpan.Zero ? RunWindowsAsync(stopping, aborting) : RunBatchesAsync(stopping, aborting);

    private async Task RunBatchesAsync(CancellationToken stopping, CancellationToken aborting)
    {
        while (await Buffer.WaitAsync(stopping))
            await _delivery.DeliverAsync(await Buffer.TakeAsync(window: null, stopping), window: null, stopping, aborting);
    }

    private async Task RunWindowsAsync(CancellationToken stopping, CancellationToken aborting)
    {
        var length = mapping.Configuration.TumblingWindow;
        var window = resumed.Window is { } open ? new TumblingWindow(open.Start, length, open.State) : null;
        while (true)
        {
            var more = window is null ? await Buffer.WaitAsync(stopping) : await Buffer.WaitUntilAsync(window.End, stopping);
            if (window is not null && (more is null or false || !window.Contains(Buffer.FirstCreatedAt)))
            {
                // A closed shard has no more records for the window, however long it would have lasted.
                await _delivery.EndWindowAsync(window, stopping, aborting);
                window = null;
                continue;
            }

            if (more is false)
                return;
            window ??= TumblingWindow.Of(Buffer.FirstCreatedAt, length);
            window = await _delivery.DeliverAsync(await Buffer.TakeAsync(window, stopping), window, stopping, aborting);
        }
    }
}
