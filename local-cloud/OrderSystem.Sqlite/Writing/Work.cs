using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite.Writing;

/// <summary>
/// Code that runs on the writer's thread. What it writes before it ends, or before it waits for something, is one
/// transaction, and it goes on in a later one. It is answered when all of it is on disk.
/// </summary>
internal abstract class Work(GroupCommit writer) : QueuedWrite
{
    /// <summary>Why a transaction with a part of it was rolled back; it may write no more. Null while that has not happened.</summary>
    public Exception? Failure { get; protected set; }

    protected GroupCommit Writer => writer;

    /// <summary>Where its waits end: on the writer's thread again.</summary>
    internal SynchronizationContext Continuations => field ??= new WorkContext(this);

    private sealed class WorkContext(Work work) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => work.Writer.Post(new Continuation(work, d, state));
    }

    /// <summary>A further part of it.</summary>
    protected sealed class Continuation(Work work, SendOrPostCallback callback, object? state) : QueuedWrite
    {
        private bool _hasRun;

        // It resumes in-memory state, so it cannot be replayed.
        public override bool IsRepeatable => false;

        public override Exception? Lost => work.Failure;

        public override void Run(Session session)
        {
            _hasRun = true;
            work.Writer.Enter(work, static part => part.callback(part.state), (callback, state));
        }

        public override void Complete() => work.Complete();

        // If its transaction never began, the code still waits: resume it, or it would wait forever. All it writes is refused.
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
/// <param name="writer">Runs it.</param>
/// <param name="code">The code.</param>
/// <param name="cancellationToken">Drops it while it has not begun.</param>
internal sealed class Work<T>(GroupCommit writer, Func<Task<T>> code, CancellationToken cancellationToken) : Work(writer)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private Task<T>? _running;
    private bool _isBroken;
    private bool _isWatched;

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

    // What waited for that transaction has not heard of its end yet.
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

    // Where it ended on another thread, the answer still comes behind what was written here.
    private void Ended()
    {
        if (Writer.Current != this)
            Writer.Post(new Continuation(this, static _ => { }, null));
    }
}
