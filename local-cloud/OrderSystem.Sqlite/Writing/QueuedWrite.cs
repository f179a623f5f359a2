using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite.Writing;

/// <summary>A write that is queued for the writer's thread, which runs it in a transaction.</summary>
public abstract class QueuedWrite
{
    /// <summary>Whether the caller has cancelled the write. A cancelled write that has not begun is dropped.</summary>
    public virtual bool IsCancelled => false;

    /// <summary>Whether the write can be run again after its transaction was rolled back.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>
    /// The failure of the unit of work that the write belongs to; null if the unit of work has not failed. If a unit of work has
    /// failed, its queued writes fail without being run.
    /// </summary>
    public virtual Exception? Lost => null;

    /// <summary>
    /// The exception that the write threw after it had changed data, so that the transaction must be rolled back; otherwise null.
    /// </summary>
    public virtual Exception? Broken => null;

    /// <summary>Runs the write in the current transaction.</summary>
    public abstract void Run(Session session);

    /// <summary>Called on the writer's thread after a rollback, before any completion is signalled.</summary>
    public virtual void RolledBack()
    {
    }

    /// <summary>Signals the result after the commit: the value that the write returned, or the exception that it threw.</summary>
    public abstract void Complete();

    /// <summary>Signals that the write failed.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Signals that the write was cancelled.</summary>
    public abstract void Cancel();
}

/// <summary>
/// A write that returns a result. If <paramref name="write"/> throws, none of its changes are committed, and the other writes in
/// the transaction do not fail. The delegate should throw its own exceptions before it changes any data; otherwise the
/// transaction is rolled back, and the other writes are run again.
/// </summary>
/// <param name="write">Writes to the database and returns the result.</param>
/// <param name="cancellationToken">Cancels the write if it has not begun.</param>
public sealed class QueuedWrite<T>(Func<Session, T> write, CancellationToken cancellationToken) : QueuedWrite
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _refusal;
    private Exception? _broken;

    public override Exception? Broken => _broken;

    /// <summary>A task that returns the result when the write is on disk.</summary>
    public Task<T> Answer => _answer.Task;

    /// <inheritdoc/>
    public override bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <inheritdoc/>
    public override void Run(Session session)
    {
        (_refusal, _broken) = (null, null);
        var changes = session.Changes;
        try
        {
            _result = write(session);
        }
        catch (Exception e) when (e is not Microsoft.Data.Sqlite.SqliteException)
        {
            if (session.Changes == changes)
                _refusal = e;
            else
                _broken = e;
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_refusal is null)
            _answer.TrySetResult(_result!);
        else
            _answer.TrySetException(_refusal);
    }

    /// <inheritdoc/>
    public override void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <inheritdoc/>
    public override void Cancel() => _answer.TrySetCanceled(cancellationToken);
}
