namespace OrderSystem.Core.Workflow;

/// <summary>
/// The uncommitted writes of a handler, in a cloud that commits all writes of a handler in one transaction. The handler
/// must commit these writes before it calls anything outside the store.
/// </summary>
public interface IUnitOfWork
{
    /// <summary>
    /// Commits the writes of the running handler, then calls something outside the store, such as the payment gateway.
    /// </summary>
    /// <param name="call">The call to make. The call runs outside the unit of work and may be slow.</param>
    Task<T> CommitThenAsync<T>(Func<Task<T>> call);
}

/// <summary>The unit of work of clouds that commit each write individually.</summary>
internal sealed class NoUnitOfWork : IUnitOfWork
{
    public Task<T> CommitThenAsync<T>(Func<Task<T>> call) => call();
}
