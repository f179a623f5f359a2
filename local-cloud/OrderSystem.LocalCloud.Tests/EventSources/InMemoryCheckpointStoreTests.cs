using OrderSystem.EventSources.Checkpoints;
using OrderSystem.LocalCloud.TestSupport.Contracts;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public sealed class InMemoryCheckpointStoreTests : CheckpointStoreContract
{
    protected override ICheckpointStore Checkpoints { get; } = new InMemoryCheckpointStore();
}
