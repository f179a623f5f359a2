using System.Buffers;
using OrderSystem.Embedded.Storage;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.Embedded.Workflow;

/// <summary>
/// An execution's history on its way to the file. Events gather until an effect is due; then they are queued before it.
/// Nobody waits for them: every effect here is a write of the same file, behind them in the same queue, and on disk no
/// sooner than they are. A history that was refused stops the execution at its next effect.
/// </summary>
internal sealed class HistoryJournal(EmbeddedDatabase database, long execution) : IExecutionJournal
{
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _events = new(2048);
    private int _first;
    private bool _hasEnded;
    private Task _written = Task.CompletedTask;

    public void Append(HistoryEvent historyEvent)
    {
        var text = HistoryEventCodec.Write(historyEvent);
        lock (_gate)
        {
            if (_events.WrittenCount == 0)
                _first = historyEvent.Id;
            _events.Write(text);
            _events.Write("\n"u8);
            _hasEnded = historyEvent.Type is HistoryEventType.ExecutionSucceeded or HistoryEventType.ExecutionFailed or HistoryEventType.ExecutionAborted or HistoryEventType.ExecutionTimedOut;
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_written.IsFaulted)
            await _written;
        // The end is written with what became of the execution.
        if (!_hasEnded && Take() is { Events.Length: > 0 } chunk)
            _written = await database.QueueAsync(session => Write(session, chunk.First, chunk.Events), cancellationToken);
    }

    /// <summary>Writes what is left, in the transaction that closes the execution.</summary>
    public void Close(Session session)
    {
        if (Take() is { Events.Length: > 0 } chunk)
            Write(session, chunk.First, chunk.Events);
    }

    /// <summary>Reads a history, up to the first event that is missing.</summary>
    public static IReadOnlyList<HistoryEvent> Read(Session session, long execution)
    {
        var history = new List<HistoryEvent>();
        foreach (var chunk in session.Read("SELECT events FROM history WHERE execution = $1 ORDER BY first", row => (byte[])row[0], execution))
        {
            foreach (var line in chunk.AsSpan().Split((byte)'\n'))
            {
                if (chunk.AsSpan(line) is not { IsEmpty: false } text)
                    continue;
                var historyEvent = HistoryEventCodec.Read(text.ToArray());
                if (historyEvent.Id != history.Count + 1)
                    return history;
                history.Add(historyEvent);
            }
        }

        return history;
    }

    private void Write(Session session, int first, byte[] events) =>
        session.Execute("INSERT OR REPLACE INTO history (execution, first, events) VALUES ($1, $2, $3)", execution, first, events);

    private (int First, byte[] Events) Take()
    {
        lock (_gate)
        {
            var events = _events.WrittenSpan.ToArray();
            _events.ResetWrittenCount();
            return (_first, events);
        }
    }
}
