using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Core.InMemory;

/// <summary>The in-memory stores of the unit tests fulfil the same contracts as the real stores.</summary>
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
