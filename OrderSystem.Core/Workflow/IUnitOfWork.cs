namespace OrderSystem.Core.Workflow;

/// <summary>
/// The uncommitted writes of a handler, in a cloud that commits the writes of a handler together. They must be committed
/// before the handler calls anything outside.
/// </summary>
public interface IUnitOfWork
{
    /// <summary>Commits the writes of the running handler, then makes a call to something outside.</summary>
    /// <param name="call">The call. It runs outside the unit of work and may be slow.</param>
    Task<T> CommitThenAsync<T>(Func<Task<T>> call);
}

/// <summary>The unit of work of clouds that commit each write individually.</summary>
internal sealed class NoUnitOfWork : IUnitOfWork
{
    public Task<T> CommitThenAsync<T>(Func<Task<T>> call) => call();
}
