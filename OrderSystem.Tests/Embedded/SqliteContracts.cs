using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
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
}
