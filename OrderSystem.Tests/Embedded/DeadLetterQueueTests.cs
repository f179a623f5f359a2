using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Embedded.DeadLetters;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Failures;
using OrderSystem.LocalCloud.TestSupport.Contracts;

namespace OrderSystem.Tests.Embedded;

public sealed class DeadLetterQueueTests : OnFailureDestinationContract, IAsyncLifetime
{
    private const string Queue = "dead-letters";

    private readonly EmbeddedFixture _embedded = new();
    private DeadLetterQueue _deadLetters = null!;

    protected override IOnFailureDestination Destination => _deadLetters.Destination(Queue);

    public async ValueTask InitializeAsync()
    {
        await _embedded.InitializeAsync();
        _deadLetters = new DeadLetterQueue(_embedded.Database, TimeProvider.System, NullLogger<DeadLetterQueue>.Instance);
    }

    public ValueTask DisposeAsync() => _embedded.DisposeAsync();

    protected override async Task<IReadOnlyList<string>> LeftAsync()
    {
        using var remains = new Remains(Path.GetDirectoryName(_embedded.Database.Path)!);
        await using var database = EmbeddedDatabase.Open(Path.Combine(remains.Path, "orders.db"));
        return database.Read(session => session.Read("SELECT body FROM messages WHERE queue = ?1", row => row.GetString(0), Queue));
    }
}
