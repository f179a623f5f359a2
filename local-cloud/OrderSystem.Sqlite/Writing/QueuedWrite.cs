using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite.Writing;

/// <summary>What waits for the writer's thread, to be done inside a transaction.</summary>
internal abstract class QueuedWrite
{
    /// <summary>Whether nobody waits for it any more: one that has not begun is dropped.</summary>
    public virtual bool IsCancelled => false;

    /// <summary>Whether it can be done again where the transaction was rolled back.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Why it needs no transaction: what it belongs to has failed already. Null while that has not happened.</summary>
    public virtual Exception? Lost => null;

    /// <summary>Does it.</summary>
    public abstract void Run(Session session);

    /// <summary>Told on the writer's thread that its transaction is rolled back, before anybody else hears of that.</summary>
    public virtual void RolledBack()
    {
    }

    /// <summary>Answers: it is on disk, or was refused.</summary>
    public abstract void Complete();

    /// <summary>Answers that it was not done.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Answers that it was dropped.</summary>
    public abstract void Cancel();
}

/// <summary>A write with an answer. What <paramref name="write"/> throws by itself it throws before it writes.</summary>
/// <param name="write">What to write.</param>
/// <param name="cancellationToken">Drops it while it has not begun.</param>
internal sealed class QueuedWrite<T>(Func<Session, T> write, CancellationToken cancellationToken) : QueuedWrite
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _refusal;

    public Task<T> Answer => _answer.Task;

    public override bool IsCancelled => cancellationToken.IsCancellationRequested;

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

    public override void Cancel() => _answer.TrySetCanceled(cancellationToken);
}
