using OrderSystem.Core.Workflow;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// A unit of work whose writes <see cref="EmbeddedDatabase.TogetherAsync"/> commits in one transaction. Calls to anything
/// outside the database run on another thread, so that they do not block the writer.
/// </summary>
public sealed class EmbeddedUnitOfWork(EmbeddedDatabase database) : IUnitOfWork
{
    /// <inheritdoc/>
    public async Task<T> CommitThenAsync<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        await database.OnDiskAsync().ConfigureAwait(false);
        return await call().ConfigureAwait(false);
    }
}
