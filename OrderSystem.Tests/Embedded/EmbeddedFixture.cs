using OrderSystem.Embedded.Storage;

namespace OrderSystem.Tests.Embedded;

/// <summary>A database in a temporary folder. The folder is deleted when the fixture is disposed.</summary>
public sealed class EmbeddedFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");

    public EmbeddedDatabase Database { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Database = EmbeddedDatabase.Open(Path.Combine(_folder.FullName, "orders.db"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
