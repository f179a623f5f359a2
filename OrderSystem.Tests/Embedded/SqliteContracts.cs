using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.LocalCloud.TestSupport.Contracts;
using OrderSystem.Tests.Contracts;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

public sealed class SqliteOrderStoreTests(EmbeddedFixture embedded) : OrderStoreContract, IClassFixture<EmbeddedFixture>
{
    protected override IOrderStore Orders { get; } = new SqliteOrderStore(embedded.Database, new OrderChanges(TimeProvider.System));
}

public sealed class SqlitePaymentTokensTests(EmbeddedFixture embedded) : PaymentTokensContract, IClassFixture<EmbeddedFixture>
{
    protected override IPaymentTokens Tokens { get; } = new SqlitePaymentTokens(embedded.Database);

    protected override IOrderStore Orders { get; } = new SqliteOrderStore(embedded.Database, new OrderChanges(TimeProvider.System));

    [Fact]
    public async Task An_order_stored_with_its_token_by_an_older_version_is_still_read()
    {
        var order = Sample.Order(token: "tok_before");
        var document = """{"currency":"EUR","paymentToken":"tok_before","total":19.90,"lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}]}"""u8.ToArray();
        await embedded.Database.WriteAsync(session => session.Execute(
            "INSERT INTO orders (id, customer, status, created, updated, version, refunded, document) VALUES (?1, ?2, 0, ?3, ?3, 1, 0, ?4)",
            order.OrderId, order.CustomerId, order.CreatedAt.UtcTicks, document), Cancellation);
        Assert.Equal("tok_before", (await Tokens.FindAsync(order.OrderId, Cancellation))?.Secret);
        var stored = (await Orders.FindAsync(order.OrderId, Cancellation))!;
        Assert.True(stored.AsksTheSameAs(order));
        Assert.False(stored.AsksTheSameAs(Sample.Order(order.OrderId, token: "tok_other")));
    }
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

public sealed class SqliteCheckpointStoreTests(EmbeddedFixture embedded) : DurableCheckpointStoreContract, IClassFixture<EmbeddedFixture>
{
    protected override ICheckpointStore Checkpoints { get; } = new SqliteCheckpointStore(embedded.Database);

    protected override async Task<IReadOnlyList<ShardCheckpoint>?> LeftAsync(string mappingId)
    {
        using var remains = new Remains(Path.GetDirectoryName(embedded.Database.Path)!);
        await using var database = EmbeddedDatabase.Open(Path.Combine(remains.Path, "orders.db"));
        return await new SqliteCheckpointStore(database).LoadAsync(mappingId, Cancellation);
    }
}

public sealed class EmbeddedWorkflowStarterTests : WorkflowStarterContract, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private EmbeddedApi _api = null!;

    // The execution of the order o-1 ends at once, because the order is already rejected.
    public async ValueTask InitializeAsync()
    {
        _api = await EmbeddedApi.StartAsync(_folder.FullName);
        await _api.Services.GetRequiredService<IOrderStore>().InsertAsync(Sample.Order("o-1") with { Status = OrderStatus.Rejected }, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override Task<IWorkflowStarter> StarterAsync() => Task.FromResult(_api.Services.GetRequiredService<IWorkflowStarter>());

    protected override Task<IReadOnlyList<bool>> ExecutionsAsync(string name) => Task.FromResult(_api.Services.GetRequiredService<EmbeddedDatabase>().Read(session =>
        session.Read("SELECT stopped IS NOT NULL FROM executions WHERE name = ?1", row => row.GetBoolean(0), name)));
}
