using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Queues;

/// <summary>
/// How many batches of a queue are handed over at once: five to begin with, 300 more a minute while every poller is busy, fewer
/// again when it is quiet or the function fails. Lambda Developer Guide: "Configuring scaling behavior for SQS event source
/// mappings".
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

    /// <summary>How many pollers there should be.</summary>
    public int Pollers
    {
        get
        {
            lock (_gate)
                return _pollers;
        }
    }

    /// <summary>Completes once there should be one more.</summary>
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

    /// <summary>A poller asks the queue until this is disposed of.</summary>
    public IDisposable Receiving()
    {
        lock (_gate)
            _receiving++;
        return new Reception(this);
    }

    /// <summary>A poller found nothing; true where it is one too many and should end.</summary>
    public bool Quiet() => TryShrink(_initial);

    /// <summary>A poller handed a batch over: while the function fails there are fewer and fewer; true where the poller should end.</summary>
    public bool Delivered(bool succeeded)
    {
        lock (_gate)
            _isFailing = !succeeded;
        _changed.Set();
        return !succeeded && TryShrink(1);
    }

    // While one poller waits for messages, none wait for a poller.
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
