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
/// <param name="write">What to write.</param>
/// <param name="committed">Told when it is on disk, in the order of the writes, before anybody else; quick, and throws nothing.</param>
/// <param name="cancellationToken">Drops it while it has not begun.</param>
internal sealed class QueuedWrite<T>(Func<Session, T> write, Action<T>? committed, CancellationToken cancellationToken) : QueuedWrite(cancellationToken)
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
        if (_refusal is not null)
        {
            _answer.TrySetException(_refusal);
            return;
        }

        committed?.Invoke(_result!);
        _answer.TrySetResult(_result!);
    }

    public override void Fail(Exception exception) => _answer.TrySetException(exception);

    public override void Cancel() => _answer.TrySetCanceled(CancellationToken);
}
