using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Core.InMemory;

/// <summary>The stores that the pure tests run on keep the same promises as the real ones.</summary>
public sealed class InMemoryOrderStoreTests : OrderStoreContract
{
    protected override IOrderStore Orders { get; } = new InMemoryOrderStore();
}

public sealed class InMemoryInventoryTests : InventoryContract
{
    protected override IInventory Inventory { get; } = new InMemoryInventory();
}

public sealed class InMemoryPaymentLedgerTests : PaymentLedgerContract
{
    private readonly InMemoryPaymentLedger _ledger = new();

    protected override IPaymentLedger Ledger => _ledger;

    protected override IPaymentLedger LedgerAt(TimeProvider time) => _ledger.At(time);
}

public sealed class InMemoryPaymentTokensTests : PaymentTokensContract
{
    private readonly InMemoryOrderStore _orders = new();

    protected override IPaymentTokens Tokens => _orders;

    protected override IOrderStore Orders => _orders;
}
