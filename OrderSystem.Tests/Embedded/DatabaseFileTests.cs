using System.Net.Http.Json;
using System.Text.Json;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>Tests how database files are opened, migrated and refused, and how writes fail.</summary>
public sealed class DatabaseFileTests : DatabaseFolder
{
    [Fact]
    public async Task Written_data_survives_reopening_the_file()
    {
        var order = Sample.Order();
        await using (var database = EmbeddedDatabase.Open(File))
            await Store(database).InsertAsync(order, Cancellation);
        await using var again = EmbeddedDatabase.Open(File);
        Assert.Equal(order.CustomerId, (await Store(again).FindAsync(order.OrderId, Cancellation))?.CustomerId);
    }

    [Fact]
    public async Task A_missing_catalogue_is_seeded_at_the_next_start()
    {
        await EmbeddedDatabase.Open(File).DisposeAsync();
        await using (var api = await EmbeddedApi.StartAsync(Folder.FullName))
        {
            Assert.Equal(1, (await api.Client.GetFromJsonAsync<JsonElement>(new Uri("/inventory/LAST-ONE", UriKind.Relative), Cancellation)).GetProperty("available").GetInt32());
            (await api.Client.PutAsJsonAsync(new Uri("/inventory/LAST-ONE", UriKind.Relative), new { available = 7 }, Cancellation)).EnsureSuccessStatusCode();
        }

        await using var again = await EmbeddedApi.StartAsync(Folder.FullName);
        Assert.Equal(7, (await again.Client.GetFromJsonAsync<JsonElement>(new Uri("/inventory/LAST-ONE", UriKind.Relative), Cancellation)).GetProperty("available").GetInt32());
    }

    [Fact]
    public async Task Folder_and_files_are_accessible_only_to_their_owner()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Not tested on Windows, where a file inherits its access control list from the folder.");
            return;
        }

        var file = Path.Combine(Folder.FullName, "new", "folder", "orders.db");
        await using (var database = EmbeddedDatabase.Open(file))
        {
            await Store(database).InsertAsync(Sample.Order(), Cancellation);
            AssertPrivate(file);
        }

        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!))
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using (var database = EmbeddedDatabase.Open(file))
        {
            await Store(database).InsertAsync(Sample.Order(), Cancellation);
            AssertPrivate(file);
        }
    }

    private static void AssertPrivate(string file)
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(file)!);
        var files = folder.GetFiles();
        Assert.Equal(["orders.db", "orders.db-shm", "orders.db-wal", "orders.db.lock"], files.Select(part => part.Name).Order(StringComparer.Ordinal));
        Assert.All(files, part => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, part.UnixFileMode));
        Assert.All(new[] { folder, folder.Parent! }, made => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, made.UnixFileMode));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        await EmbeddedDatabase.Open(File).DisposeAsync();
        Run("PRAGMA user_version = 1000");
        var before = await System.IO.File.ReadAllBytesAsync(File, Cancellation);
        var refusal = Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File));
        Assert.Contains("newer", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1000", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, Cancellation));
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_migrated_with_its_data()
    {
        var (underWay, ended) = (Sample.Order(), Sample.Order());
        await using (var database = EmbeddedDatabase.Open(File))
        {
            await Store(database).InsertAsync(underWay, Cancellation);
            await Store(database).InsertAsync(ended, Cancellation);
            await Store(database).TryUpdateAsync((ended with { Status = OrderStatus.Rejected }).Next(Sample.Noon), Cancellation);
        }

        Run("""
            DROP TABLE commits; DROP TABLE payment_tokens; DROP TABLE definitions; ALTER TABLE executions DROP COLUMN definition;
            DROP INDEX orders_under_way; DROP INDEX orders_by_outcome; ALTER TABLE orders DROP COLUMN outcome;
            CREATE INDEX orders_by_status ON orders (status, created, id); PRAGMA user_version = 1;
            DROP TABLE messages; CREATE TABLE messages (number INTEGER PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, sent INTEGER NOT NULL);
            INSERT INTO messages (number, queue, body, sent) VALUES (7, 'q', 'waits', 0);
            """);
        // Programs with schema version 1 did not write the count of transactions into the lock file.
        System.IO.File.Delete(File + ".lock");
        await using var again = EmbeddedDatabase.Open(File);
        Assert.Equal(underWay.OrderId, await OnlyAsync(OrderStatus.Pending));
        Assert.Equal(ended.OrderId, await OnlyAsync(OrderStatus.Rejected));
        Assert.Equal("waits", again.Read(session => session.First("SELECT body FROM messages WHERE number = 7", row => row.GetString(0))));
        await again.WriteAsync(session => session.Execute("DELETE FROM messages"), Cancellation);
        Assert.Equal(8, await again.WriteAsync(session => session.Execute("INSERT INTO messages (queue, body, sent) VALUES ('q', 'later', 0)") * session.InsertedRow, Cancellation));

        async Task<string> OnlyAsync(OrderStatus status) =>
            Assert.Single((await Store(again).ListAsync(new OrderQuery(CustomerId: null, status, 10, After: null), Cancellation)).Orders).OrderId;
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused()
    {
        System.IO.File.WriteAllText(File, new string('x', 8192));
        Assert.Contains("damaged", Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_another_program_is_refused_and_left_unchanged()
    {
        Run("CREATE TABLE theirs (id INTEGER)");
        var before = System.IO.File.ReadAllBytes(File);
        Assert.Contains("another program", Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File)).Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public async Task A_file_that_is_in_use_is_refused()
    {
        await using var first = EmbeddedDatabase.Open(File);
        Assert.Contains("in use", Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_refuses_orders_and_loses_no_accepted_one()
    {
        await using var database = EmbeddedDatabase.Open(File, queue: 4);
        using var held = await HeldWriter.HoldAsync(database);
        var orders = Enumerable.Range(0, 50).Select(_ => Sample.Order()).ToList();
        var store = Store(database);
        var inserts = orders.ConvertAll(order => store.InsertAsync(order, Cancellation));
        await held.LetGoAsync();
        var refused = 0;
        foreach (var (order, insert) in orders.Zip(inserts))
        {
            try
            {
                await insert;
                Assert.NotNull(await store.FindAsync(order.OrderId, Cancellation));
            }
            catch (StoreUnavailableException)
            {
                refused++;
                Assert.Null(await store.FindAsync(order.OrderId, Cancellation));
            }
        }

        Assert.True(refused > 0);
        Assert.True((await store.InsertAsync(Sample.Order(), Cancellation)).Inserted);
    }

    [Fact]
    public async Task A_failed_write_does_not_fail_others_in_its_batch()
    {
        await using var database = EmbeddedDatabase.Open(File);
        using var held = await HeldWriter.HoldAsync(database);
        var store = Store(database);
        var before = store.InsertAsync(Sample.Order(), Cancellation);
        var refused = database.WriteAsync(session => session.Execute("INSERT INTO stock (sku, available, updated) VALUES ('a', -1, 0)"), Cancellation);
        var after = store.InsertAsync(Sample.Order(), Cancellation);
        await held.LetGoAsync();
        Assert.True((await before).Inserted);
        Assert.True((await after).Inserted);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => refused);
        await database.ProbeAsync(Cancellation);
        Assert.Null(database.Failure);
    }
}
