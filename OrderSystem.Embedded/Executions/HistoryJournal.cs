using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.Embedded.Executions;

/// <summary>
/// Writes an execution's history to the database. The events that precede a task are written at the end of the transaction
/// that contains the task's own writes, so the history needs no separate transaction. A call to anything outside the
/// database is made only after a commit. Therefore no effect of a task can survive a crash without its history. If a write
/// of the history fails, the execution stops at its next task.
/// </summary>
internal sealed class HistoryJournal(EmbeddedDatabase database, long execution, RunningExecution running) : IExecutionJournal
{
    private readonly HistoryWriter _writer = new();
    private readonly Lock _gate = new();
    private readonly List<HistoryEvent> _events = [];
    private Task _written = Task.CompletedTask;
    private (int First, byte[] Events)? _chunk;
    private bool _isDue;
    private bool _isClosed;

    public void Append(HistoryEvent historyEvent)
    {
        running.Happened(historyEvent);
        lock (_gate)
            _events.Add(historyEvent);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            throw new HistoryUnavailableException(e.Message, e);
        }
    }

    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        if (_written.IsFaulted)
            await _written;
        lock (_gate)
        {
            // The end event is written together with the execution's result.
            if (_isDue || _events.Count == 0 || IsEnd(_events[^1]))
                return;
            _isDue = true;
        }

        _written = await database.QueueAsync(
            session =>
            {
                session.BeforeCommit(Save);
                session.AtEnd(Saved);
            },
            cancellationToken);
        if (_written.IsFaulted)
            await _written;
    }

    private void Save(Session session)
    {
        (int First, byte[] Events) chunk;
        lock (_gate)
        {
            if (_isClosed || (_chunk is null && _events.Count == 0))
                return;
            if (_chunk is null)
            {
                _chunk = (_events[0].Id, _writer.Write(_events));
                _events.Clear();
            }

            chunk = _chunk.Value;
        }

        Write(session, chunk.First, chunk.Events);
    }

    // After a rollback, the next write repeats the same chunk of events.
    private void Saved(Exception? failure)
    {
        lock (_gate)
        {
            _isDue = false;
            if (failure is null)
                _chunk = null;
        }
    }

    /// <summary>Stores the history of an ended execution for diagnosis, as JSON with one event per line.</summary>
    public void Keep(Session session)
    {
        IReadOnlyList<HistoryEvent> history;
        lock (_gate)
            history = [.. Read(session, execution), .. _events];
        var text = new MemoryStream();
        foreach (var historyEvent in history)
        {
            text.Write(HistoryEventCodec.Write(historyEvent));
            text.WriteByte((byte)'\n');
        }

        Drop(session);
        Write(session, 1, text.ToArray());
    }

    /// <summary>Deletes the history.</summary>
    public void Drop(Session session)
    {
        lock (_gate)
            _isClosed = true;
        session.Execute("DELETE FROM history WHERE execution = ?1", execution);
    }

    /// <summary>Reads a history, up to the first missing event.</summary>
    public static IReadOnlyList<HistoryEvent> Read(Session session, long execution) =>
        HistoryReader.Read(session.Read("SELECT events FROM history WHERE execution = ?1 ORDER BY first", row => row.GetBytes(0), execution));

    private static bool IsEnd(HistoryEvent historyEvent) =>
        historyEvent.Type is HistoryEventType.ExecutionSucceeded or HistoryEventType.ExecutionFailed or HistoryEventType.ExecutionAborted or HistoryEventType.ExecutionTimedOut;

    private void Write(Session session, int first, byte[] events) =>
        session.Execute("INSERT OR REPLACE INTO history (execution, first, events) VALUES (?1, ?2, ?3)", execution, first, events);
}
