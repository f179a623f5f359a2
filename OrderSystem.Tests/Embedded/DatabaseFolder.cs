using Microsoft.Data.Sqlite;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Tests.Embedded;

/// <summary>A folder for one database. The folder is deleted after the test.</summary>
public abstract class DatabaseFolder : IDisposable
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("order-system-");

    protected string File => Path.Combine(Folder.FullName, "orders.db");

    public void Dispose()
    {
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static SqliteOrderStore Store(EmbeddedDatabase database) => new(database, new OrderChanges(TimeProvider.System));

    /// <summary>Opens a connection to the database file, as another program would.</summary>
    protected SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Executes SQL on the database file, as another program would.</summary>
    protected void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
