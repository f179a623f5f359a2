using OrderSystem.Core.Workflow;

namespace OrderSystem.Embedded.Storage;

/// <summary>The unit of work of <see cref="EmbeddedDatabase.TogetherAsync"/>. A call outside is made on another thread: the writer's is for writing.</summary>
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
