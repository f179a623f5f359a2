using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// A standard queue, with delays, visibility timeouts, long polling, receive counts, retention and redrive. See "Amazon SQS
/// visibility timeout" and "Using dead-letter queues" in the SQS Developer Guide.
/// </summary>
internal sealed class MessageQueue : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Message> _messages = new(Comparer<Message>.Create((left, right) =>
        left.VisibleAt != right.VisibleAt ? left.VisibleAt.CompareTo(right.VisibleAt) : left.Sequence.CompareTo(right.Sequence)));
    private readonly Dictionary<string, Message> _byId = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Func<string, MessageQueue?> _findByArn;
    private readonly QueueStore? _store;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;

    public MessageQueue(string name, string arn, QueueAttributes attributes, TimeProvider time, Func<string, MessageQueue?> findByArn, string? journal = null)
    {
        (Name, Arn, Attributes, _time, _findByArn) = (name, arn, attributes, time, findByArn);
        CreatedAt = time.GetUtcNow();
        if (journal is null)
            return;
        _store = QueueStore.Open(journal, Snapshot, () => _byId.Count, out var kept);
        foreach (var message in kept)
        {
            _messages.Add(message);
            _byId.Add(message.Id, message);
            _sequence = Math.Max(_sequence, message.Sequence);
        }
    }

    public string Name { get; }

    public string Arn { get; }

    public DateTimeOffset CreatedAt { get; }

    public QueueAttributes Attributes { get; set; }

    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    /// <summary>When a client last purged the queue; null if no client has.</summary>
    public DateTimeOffset? PurgedAt { get; set; }

    /// <summary>The reason why the journal can't be written; null if it can be written.</summary>
    public Exception? StorageFailure => _store?.Failure;

    /// <summary>
    /// Adds a message to the queue. If the queue has a journal, the message is in the journal when the task completes.
    /// </summary>
    /// <returns>The message's id.</returns>
    public async Task<string> SendAsync(string body, JsonObject? attributes = null, TimeSpan? delay = null, string? traceHeader = null)
    {
        var now = _time.GetUtcNow();
        var message = new Message
        {
            Id = Guid.NewGuid().ToString(),
            Body = body,
            Attributes = attributes,
            SentAt = now,
            Sequence = Interlocked.Increment(ref _sequence),
            VisibleAt = now + (delay ?? Attributes.Delay),
            TraceHeader = traceHeader,
        };
        await StoreAsync(message);
        return message.Id;
    }

    /// <summary>
    /// Accepts a message that another queue moves to this queue because of the other queue's redrive policy. The message keeps
    /// its id, age and receive count.
    /// </summary>
    /// <param name="moved">The message.</param>
    /// <param name="sourceArn">The ARN of the queue that moves the message.</param>
    public Task TakeOverAsync(Message moved, string sourceArn)
    {
        lock (_gate)
        {
            // If an earlier process was killed while it moved the message, the message may be in both queues.
            if (_byId.ContainsKey(moved.Id))
                return Task.CompletedTask;
        }

        return StoreAsync(new Message
        {
            Id = moved.Id,
            Body = moved.Body,
            Attributes = moved.Attributes?.DeepClone().AsObject(),
            SentAt = moved.SentAt,
            FirstReceivedAt = moved.FirstReceivedAt,
            ReceiveCount = moved.ReceiveCount,
            Sequence = Interlocked.Increment(ref _sequence),
            VisibleAt = _time.GetUtcNow(),
            DeadLetterSourceArn = sourceArn,
            TraceHeader = moved.TraceHeader,
        });
    }

    /// <summary>
    /// Receives messages that are visible. If no message is visible, waits for one for up to <paramref name="wait"/>.
    /// </summary>
    public async Task<IReadOnlyList<Message>> ReceiveAsync(int maximum, TimeSpan? visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            Task changed;
            TimeSpan? untilNext;
            var taken = new List<Message>();
            var dead = new List<(Message, MessageQueue)>();
            lock (_gate)
            {
                changed = _changed.Task;
                Take(maximum, visibility ?? Attributes.VisibilityTimeout, taken, dead);
                untilNext = _messages.Min is { } next ? next.VisibleAt - _time.GetUtcNow() : null;
            }

            await BuryAsync(dead);
            if (_store is not null)
                await Task.WhenAll(taken.Select(_store.ReceivedAsync));
            var left = wait - _time.GetElapsedTime(start);
            if (taken.Count > 0 || left <= TimeSpan.Zero)
                return taken;
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = untilNext is { } until && until < left ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(until.TotalMilliseconds))) : left;
            await Task.WhenAny(changed, Task.Delay(pause, _time, timer.Token));
            await timer.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Deletes a received message. The call has no effect if the message was received again, because the later receive has
    /// replaced the receipt handle.
    /// </summary>
    public async Task DeleteAsync(string receiptHandle)
    {
        string? gone = null;
        lock (_gate)
        {
            if (Find(receiptHandle) is { } message)
            {
                Remove(message);
                gone = message.Id;
            }
        }

        if (gone is not null && _store is not null)
            await _store.GoneAsync(gone);
    }

    /// <summary>
    /// Hides a received message for the given time; zero makes it visible at once. Returns false if the queue does not contain
    /// the message.
    /// </summary>
    public async Task<bool> ChangeVisibilityAsync(string receiptHandle, TimeSpan visibility)
    {
        Message? message;
        lock (_gate)
        {
            // As in AWS, the receipt handle of any earlier receive is accepted, even after the visibility timeout has expired.
            if (!_byId.TryGetValue(ReceiptHandles.MessageId(receiptHandle), out message))
                return false;
            Hide(message, visibility);
        }

        Changed();
        if (_store is not null)
            await _store.ReceivedAsync(message);
        return true;
    }

    /// <summary>
    /// Makes all messages in flight visible at once. Call this method after a restart, when the consumers of these messages no
    /// longer exist.
    /// </summary>
    public void ReleaseInFlight()
    {
        lock (_gate)
        {
            foreach (var message in _byId.Values.Where(message => message.ReceiveCount > 0))
                Hide(message, TimeSpan.Zero);
        }
    }

    public async Task PurgeAsync()
    {
        lock (_gate)
        {
            _messages.Clear();
            _byId.Clear();
        }

        if (_store is not null)
            await _store.PurgedAsync();
    }

    /// <summary>Returns the numbers of messages that are visible, in flight and delayed.</summary>
    public (int Visible, int InFlight, int Delayed) Count()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var (visible, inFlight, delayed) = (0, 0, 0);
            foreach (var message in _messages)
            {
                if (message.SentAt + Attributes.RetentionPeriod <= now)
                    continue;
                if (message.VisibleAt <= now)
                    visible++;
                else if (message.ReceiveCount > 0)
                    inFlight++;
                else
                    delayed++;
            }

            return (visible, inFlight, delayed);
        }
    }

    public ValueTask DisposeAsync() => _store?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task StoreAsync(Message message)
    {
        // Add the message to _byId before storing it, so that a concurrent compaction of the journal keeps the message. Add
        // the message to _messages only after storing it, so that the message can't be received earlier.
        lock (_gate)
            _byId.Add(message.Id, message);
        try
        {
            if (_store is not null)
                await _store.SentAsync(message);
        }
        catch
        {
            lock (_gate)
                _byId.Remove(message.Id);
            throw;
        }

        lock (_gate)
        {
            // A purge may have removed the message while it was being stored.
            if (_byId.ContainsKey(message.Id))
                _messages.Add(message);
        }

        Changed();
    }

    private void Take(int maximum, TimeSpan visibility, List<Message> taken, List<(Message, MessageQueue)> dead)
    {
        var now = _time.GetUtcNow();
        // These messages are put back after the loop: with a visibility timeout of zero, the loop would find them again.
        var hidden = new List<Message>();
        while (taken.Count < maximum && _messages.Min is { } message && message.VisibleAt <= now)
        {
            if (message.SentAt + Attributes.RetentionPeriod <= now)
            {
                Remove(message);
                continue;
            }

            _messages.Remove(message);
            message.VisibleAt = now + visibility;
            hidden.Add(message);
            // If the dead-letter queue no longer exists, the message stays in this queue and can still be received.
            if (message.ReceiveCount >= Attributes.MaxReceiveCount && DeadLetterTarget() is { } target)
            {
                // The message is hidden while it is moved to the dead-letter queue. If the move fails, a later receive tries again.
                dead.Add((message, target));
                continue;
            }

            message.ReceiveCount++;
            message.FirstReceivedAt ??= now;
            message.ReceiptHandle = ReceiptHandles.Create(message.Id);
            taken.Add(message);
        }

        _messages.UnionWith(hidden);
    }

    // Send the message to the dead-letter queue before removing it here: a crash in between duplicates the message, but does not
    // lose it.
    private async Task BuryAsync(List<(Message Message, MessageQueue Target)> dead)
    {
        foreach (var (message, target) in dead)
        {
            await target.TakeOverAsync(message, Arn);
            lock (_gate)
                Remove(message);
            if (_store is not null)
                await _store.GoneAsync(message.Id);
        }
    }

    private MessageQueue? DeadLetterTarget() => Attributes.DeadLetterTargetArn is { } arn ? _findByArn(arn) : null;

    private void Hide(Message message, TimeSpan visibility)
    {
        _messages.Remove(message);
        message.VisibleAt = _time.GetUtcNow() + visibility;
        _messages.Add(message);
    }

    private Message? Find(string receiptHandle) =>
        _byId.TryGetValue(ReceiptHandles.MessageId(receiptHandle), out var message) && message.ReceiptHandle == receiptHandle ? message : null;

    private void Remove(Message message)
    {
        _messages.Remove(message);
        _byId.Remove(message.Id);
    }

    private void Changed() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private Message[] Snapshot()
    {
        lock (_gate)
            return [.. _byId.Values.OrderBy(message => message.Sequence)];
    }
}
