using OrderSystem.EventSources.Checkpoints;
using OrderSystem.LocalCloud.EventSourceMappings;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.LocalCloud.EventSourceMappings;

public sealed class JournalCheckpointStoreTests : CheckpointStoreContract, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly JournalCheckpointStore _checkpoints;

    public JournalCheckpointStoreTests() => _checkpoints = new JournalCheckpointStore(_folder.FullName);

    protected override ICheckpointStore Checkpoints => _checkpoints;

    public async ValueTask DisposeAsync()
    {
        await _checkpoints.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
