using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// One of a shard's parallel lanes. A lane delivers its records batch by batch, and completes each batch before it starts
/// the next. Without parallelization, a shard has one lane.
/// </summary>
internal sealed class Lane
{
    private readonly StreamMapping _mapping;
    private readonly BatchDelivery _delivery;
    private TumblingWindow? _window;

    public Lane(StreamMapping mapping, string shardId, ShardProgress progress, ShardCheckpoints checkpoints, ShardCheckpoint resumed)
    {
        _mapping = mapping;
        _delivery = new BatchDelivery(mapping, shardId, progress, checkpoints);
        Buffer = new LaneBuffer(mapping.Configuration, mapping.Time);
        if (HasWindows && resumed.Window is { } open)
            _window = new TumblingWindow(open.Start, mapping.Configuration.TumblingWindow, open.State);
    }

    public LaneBuffer Buffer { get; }

    /// <summary>The end of the open tumbling window; null if no window is open.</summary>
    public DateTimeOffset? WindowEnd => _window?.End;

    private bool HasWindows => _mapping.Configuration.TumblingWindow > TimeSpan.Zero;

    /// <param name="stopping">Stops the lane after the batch in progress.</param>
    /// <param name="aborting">Stops the lane at once; the next run of the mapping repeats the batch in progress.</param>
    public Task RunAsync(CancellationToken stopping, CancellationToken aborting) => HasWindows ? RunWindowsAsync(stopping, aborting) : RunBatchesAsync(stopping, aborting);

    private async Task RunBatchesAsync(CancellationToken stopping, CancellationToken aborting)
    {
        while (await Buffer.WaitAsync(stopping))
            await _delivery.DeliverAsync(await Buffer.TakeAsync(window: null, stopping), window: null, stopping, aborting);
    }

    // A window ends when all its records have been read, not when the clock passes its end: in a backlog, more records of
    // an old window may follow.
    private async Task RunWindowsAsync(CancellationToken stopping, CancellationToken aborting)
    {
        _window = await _delivery.KeepSmallAsync(_window, stopping, aborting);
        while (true)
        {
            var more = await Buffer.WaitAsync(stopping, orReadUpTo: _window?.End);
            if (_window is { } window && !(more && window.Contains(Buffer.FirstCreatedAt)))
            {
                await _delivery.EndWindowAsync(window, stopping, aborting);
                _window = null;
            }
            else if (more)
            {
                _window ??= TumblingWindow.Of(Buffer.FirstCreatedAt, _mapping.Configuration.TumblingWindow);
                _window = await _delivery.DeliverAsync(await Buffer.TakeAsync(_window, stopping), _window, stopping, aborting);
            }
            else
            {
                return;
            }
        }
    }
}
