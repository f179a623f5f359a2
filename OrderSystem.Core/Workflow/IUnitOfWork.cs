namespace OrderSystem.Core.Workflow;

/// <summary>
/// The writes that a running handler has not committed yet. Used by the embedded cloud, which commits all writes of a
/// handler in one transaction. The handler must commit these writes before it calls anything outside the store.
/// </summary>
public interface IUnitOfWork
{
    /// <summary>
    /// Commits the writes of the running handler, then calls something outside the store, such as the payment gateway.
    /// </summary>
    /// <param name="call">
    /// Makes the call outside the store. It runs after the commit, so a slow call does not hold up the transaction.
    /// </param>
    Task<T> CommitThenAsync<T>(Func<Task<T>> call);
}

/// <summary>
/// The unit of work for a cloud, such as AWS, in which each write is committed individually: there is nothing to commit.
/// </summary>
internal sealed class NoUnitOfWork : IUnitOfWork
{
    public Task<T> CommitThenAsync<T>(Func<Task<T>> call) => call();
}
