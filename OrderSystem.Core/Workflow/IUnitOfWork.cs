namespace OrderSystem.Core.Workflow;

/// <summary>
/// What a handler has written so far, where a cloud commits the writes of a handler together. A handler must tell nobody
/// outside before that is durable.
/// </summary>
public interface IUnitOfWork
{
    /// <summary>Commits what the running handler has written, then makes a call to something outside.</summary>
    /// <param name="call">The call. It runs outside the unit of work and may take its time.</param>
    Task<T> CommitThenAsync<T>(Func<Task<T>> call);
}

/// <summary>For clouds that commit each write by itself.</summary>
internal sealed class NoUnitOfWork : IUnitOfWork
{
    public Task<T> CommitThenAsync<T>(Func<Task<T>> call) => call();
}
