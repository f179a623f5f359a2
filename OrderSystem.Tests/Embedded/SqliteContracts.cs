using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Embedded;

public sealed class SqliteOrderStoreTests(EmbeddedFixture embedded) : OrderStoreContract, IClassFixture<EmbeddedFixture>
{
    protected override IOrderStore Orders { get; } = new SqliteOrderStore(embedded.Database, new OrderChanges(TimeProvider.System));
}

public sealed class SqliteInventoryTests(EmbeddedFixture embedded) : InventoryContract, IClassFixture<EmbeddedFixture>
{
    protected override IInventory Inventory { get; } = new SqliteInventory(embedded.Database, TimeProvider.System);
}

public sealed class SqlitePaymentLedgerTests(EmbeddedFixture embedded) : PaymentLedgerContract, IClassFixture<EmbeddedFixture>
{
    protected override IPaymentLedger Ledger { get; } = new SqlitePaymentLedger(embedded.Database, TimeProvider.System);

    protected override IPaymentLedger LedgerAt(TimeProvider time) => new SqlitePaymentLedger(embedded.Database, time);
}

public sealed class SqliteCheckpointStoreTests(EmbeddedFixture embedded) : CheckpointStoreContract, IClassFixture<EmbeddedFixture>
{
    protected override ICheckpointStore Checkpoints { get; } = new SqliteCheckpointStore(embedded.Database);
}

public sealed class EmbeddedWorkflowStarterTests : WorkflowStarterContract, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private EmbeddedApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await EmbeddedApi.StartAsync(_folder.FullName);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override Task<IWorkflowStarter> StarterAsync() => Task.FromResult(_api.Services.GetRequiredService<IWorkflowStarter>());
}
