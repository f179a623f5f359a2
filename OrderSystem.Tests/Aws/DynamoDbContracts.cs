using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Aws;

[Collection(OrderTables.Name)]
public sealed class DynamoDbOrderStoreTests(OrderTablesFixture dynamoDb) : OrderStoreContract
{
    protected override IOrderStore Orders { get; } = new DynamoDbOrderStore(dynamoDb.Client, dynamoDb.Tables);
}

[Collection(OrderTables.Name)]
public sealed class DynamoDbInventoryTests(OrderTablesFixture dynamoDb) : InventoryContract
{
    protected override IInventory Inventory { get; } = new DynamoDbInventory(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);
}

[Collection(OrderTables.Name)]
public sealed class DynamoDbPaymentLedgerTests(OrderTablesFixture dynamoDb) : PaymentLedgerContract
{
    protected override IPaymentLedger Ledger { get; } = new DynamoDbPaymentLedger(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);

    protected override IPaymentLedger LedgerAt(TimeProvider time) => new DynamoDbPaymentLedger(dynamoDb.Client, dynamoDb.Tables, time);
}
