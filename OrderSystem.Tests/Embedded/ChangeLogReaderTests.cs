using OrderSystem.Core.Orders;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Embedded;

public sealed class ChangeLogReaderTests : ShardReaderContract, IClassFixture<EmbeddedFixture>
{
    public ChangeLogReaderTests(EmbeddedFixture embedded)
    {
        var changes = new OrderChanges(TimeProvider.System);
        Orders = new SqliteOrderStore(embedded.Database, changes);
        Reader = new ChangeLogReader(embedded.Database, changes, "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/embedded");
    }

    protected override IOrderStore Orders { get; }

    protected override IShardReader Reader { get; }

    protected override PollingPace Pace => PollingPace.OnSignal;
}
