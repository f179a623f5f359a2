using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite.Writing;

/// <summary>
/// A unit of work that runs on the writer's thread. The writes of the work share one transaction until the work awaits a task
/// that is not yet completed; after that, the work continues in a later transaction. The work completes when all its writes are
/// on disk.
/// </summary>
public abstract class Work(GroupCommit writer) : QueuedWrite
{
    /// <summary>
    /// The reason why one of the work's transactions was rolled back, after which the work can't write any more; null if none
    /// was rolled back.
    /// </summary>
    public Exception? Failure { get; protected set; }

    private protected GroupCommit Writer => writer;

    /// <summary>The synchronization context that resumes the work's continuations on the writer's thread.</summary>
    internal SynchronizationContext Continuations => field ??= new WorkContext(this);

    private sealed class WorkContext(Work work) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => work.Writer.Post(new Continuation(work, d, state));
    }

    /// <summary>The part of a unit of work that follows an <c>await</c>.</summary>
    private protected sealed class Continuation(Work work, SendOrPostCallback callback, object? state) : QueuedWrite
    {
        private bool _hasRun;

        // A continuation resumes in-memory state, so it cannot be replayed.
        public override bool IsRepeatable => false;

        public override Exception? Lost => work.Failure;

        public override void Run(Session session)
        {
            _hasRun = true;
            work.Writer.Enter(work, static part => part.callback(part.state), (callback, state));
        }

        public override void Complete() => work.Complete();

        // If the transaction never began, the work is still waiting for this continuation: run the continuation here, or the work
        // would wait forever. Any further writes of the work fail.
        public override void Fail(Exception exception)
        {
            work.Fail(exception);
            if (_hasRun)
                return;
            _hasRun = true;
            if (work.Writer.IsCurrentThread)
                work.Writer.Enter(work, static part => part.callback(part.state), (callback, state));
            else
                callback(state);
        }

        public override void Cancel() => work.Cancel();
    }
}

/// <inheritdoc cref="Work"/>
/// <param name="writer">The writer that runs the work.</param>
/// <param name="code">The code that the work runs.</param>
/// <param name="cancellationToken">Cancels the work if it has not begun.</param>
public sealed class Work<T>(GroupCommit writer, Func<Task<T>> code, CancellationToken cancellationToken) : Work(writer)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private Task<T>? _running;
    private bool _isBroken;
    private bool _isWatched;

    /// <summary>A task that returns the result when all writes of the work are on disk.</summary>
    public Task<T> Answer => _answer.Task;

    public override bool IsCancelled => cancellationToken.IsCancellationRequested;

    public override bool IsRepeatable => !_isBroken;

    public override void Run(Session session) => Writer.Enter(this, static work =>
    {
        if (work._context is null)
            work.Begin();
        else
            ExecutionContext.Run(work._context, static work => ((Work<T>)work!).Begin(), work);
    }, this);

    // The work still awaits the rolled-back transaction, so it cannot be replayed.
    public override void RolledBack() => _isBroken = _running is { IsCompleted: false };

    public override void Complete()
    {
        if (_running!.IsCompleted)
        {
            _answer.TrySetFromTask(_running);
        }
        else if (!_isWatched)
        {
            _isWatched = true;
            _ = _running.ContinueWith(static (_, work) => ((Work<T>)work!).Ended(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public override void Fail(Exception exception)
    {
        Failure ??= exception;
        _answer.TrySetException(exception);
    }

    public override void Cancel() => _answer.TrySetCanceled(cancellationToken);

    private void Begin()
    {
        try
        {
            _running = code();
        }
        catch (Exception e)
        {
            _running = Task.FromException<T>(e);
        }
    }

    // If the work ended on another thread, complete it through the writer, after its last write.
    private void Ended()
    {
        if (Writer.Current != this)
            Writer.Post(new Continuation(this, static _ => { }, null));
    }
}
