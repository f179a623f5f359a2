namespace OrderSystem.Embedded.Storage;

/// <summary>A write on its way to the disk.</summary>
internal abstract class QueuedWrite(CancellationToken cancellationToken)
{
    /// <summary>Whether nobody waits for it any more: one that has not begun is dropped.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken => cancellationToken;

    /// <summary>Does it, inside a transaction. Done again where the transaction was rolled back.</summary>
    public abstract void Run(Session session);

    /// <summary>Answers: it is on disk, or was refused.</summary>
    public abstract void Complete();

    /// <summary>Answers that it was not done.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Answers that it was dropped.</summary>
    public abstract void Cancel();
}

/// <summary>A write with an answer. What <paramref name="write"/> throws by itself it throws before it writes.</summary>
internal sealed class QueuedWrite<T>(Func<Session, T> write, CancellationToken cancellationToken) : QueuedWrite(cancellationToken)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _refusal;

    public Task<T> Answer => _answer.Task;

    public override void Run(Session session)
    {
        try
        {
            (_result, _refusal) = (write(session), null);
        }
        catch (Exception refusal) when (refusal is not Microsoft.Data.Sqlite.SqliteException)
        {
            _refusal = refusal;
        }
    }

    public override void Complete()
    {
        if (_refusal is null)
            _answer.TrySetResult(_result!);
        else
            _answer.TrySetException(_refusal);
    }

    public override void Fail(Exception exception) => _answer.TrySetException(exception);

    public override void Cancel() => _answer.TrySetCanceled(CancellationToken);
}
