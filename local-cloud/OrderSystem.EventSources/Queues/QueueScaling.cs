using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Queues;

/// <summary>
/// The number of concurrent batches of a queue: initially five, growing by 300 a minute while all pollers are busy, and
/// shrinking when the queue is idle or the function fails. Lambda Developer Guide: "Configuring scaling behavior for
/// SQS event source mappings".
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

    /// <summary>The intended number of pollers.</summary>
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

    /// <summary>Counts a poller as waiting for messages until the result is disposed.</summary>
    public IDisposable Receiving()
    {
        lock (_gate)
            _receiving++;
        return new Reception(this);
    }

    /// <summary>Reports an empty receive; returns true if the poller should end because it is surplus.</summary>
    public bool Quiet() => TryShrink(_initial);

    /// <summary>Reports a delivery; returns true if the poller should end because the function fails.</summary>
    public bool Delivered(bool succeeded)
    {
        lock (_gate)
            _isFailing = !succeeded;
        _changed.Set();
        return !succeeded && TryShrink(1);
    }

    // While a poller waits for messages, no messages wait for a poller.
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
