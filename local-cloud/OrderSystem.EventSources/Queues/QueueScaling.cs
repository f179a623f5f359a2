using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Queues;

/// <summary>
/// Decides how many pollers a queue has; each poller delivers one batch at a time. The number of pollers starts at five,
/// grows by 300 a minute while all pollers are busy, and shrinks while the queue is idle or the function fails. Lambda
/// Developer Guide: "Configuring scaling behavior for SQS event source mappings".
/// </summary>
internal sealed class QueueScaling(int maximum, TimeProvider time)
{
    private static readonly TimeSpan GrowthPause = TimeSpan.FromMinutes(1) / 300;

    private readonly Lock _gate = new();
    private readonly int _initial = Math.Min(5, maximum);
    private readonly AsyncSignal _changed = new();
    private int _pollers = Math.Min(5, maximum);
    private int _receiving;
    private bool _isFailing;

    /// <summary>The number of pollers that should be running.</summary>
    public int Pollers
    {
        get
        {
            lock (_gate)
                return _pollers;
        }
    }

    /// <summary>Completes when one more poller should start.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task GrowAsync(CancellationToken cancellationToken)
    {
        do
        {
            for (var changed = _changed.Next; !MayGrow; changed = _changed.Next)
                await AsyncSignal.WaitAsync(changed, cancellationToken);
            await Task.Delay(GrowthPause, time, cancellationToken);
        }
        while (!TryGrow());
    }

    /// <summary>Counts a poller as waiting for messages until the returned object is disposed.</summary>
    public IDisposable Receiving()
    {
        lock (_gate)
            _receiving++;
        return new Reception(this);
    }

    /// <summary>
    /// Reports that a poller received no messages; returns true if the poller should end because it is not needed.
    /// </summary>
    public bool Quiet() => TryShrink(_initial);

    /// <summary>Reports the result of a delivery; returns true if the poller should end because the delivery failed.</summary>
    public bool Delivered(bool succeeded)
    {
        lock (_gate)
            _isFailing = !succeeded;
        _changed.Set();
        return !succeeded && TryShrink(1);
    }

    // If a poller is waiting for messages, there are enough pollers.
    private bool IsSaturated => _receiving == 0 && !_isFailing && _pollers < maximum;

    private bool MayGrow
    {
        get
        {
            lock (_gate)
                return IsSaturated;
        }
    }

    private bool TryGrow()
    {
        lock (_gate)
        {
            if (!IsSaturated)
                return false;
            _pollers++;
            return true;
        }
    }

    private bool TryShrink(int minimum)
    {
        lock (_gate)
        {
            if (_pollers <= minimum)
                return false;
            _pollers--;
            return true;
        }
    }

    private sealed class Reception(QueueScaling scaling) : IDisposable
    {
        public void Dispose()
        {
            lock (scaling._gate)
                scaling._receiving--;
            scaling._changed.Set();
        }
    }
}
