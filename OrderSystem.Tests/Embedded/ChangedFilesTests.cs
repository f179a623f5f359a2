using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.LocalCloud.TestSupport.Contracts;
using OrderSystem.Sqlite;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>The database's files are moved, deleted or replaced while a process uses them: no accepted order is lost.</summary>
public sealed class ChangedFilesTests : DatabaseFolder
{
    private readonly List<Order> _accepted = [];

    private string Away => File + ".away";

    [Fact]
    public async Task A_moved_file_is_unavailable_until_it_is_moved_back()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        System.IO.File.Move(File, Away);
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => AcceptAsync(database, 1));
        Assert.Contains("Move it back", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Away, refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(Cancellation));
        ReadsAreRefused(database);
        Assert.False(System.IO.File.Exists(File));
        System.IO.File.Move(Away, File);
        await AcceptAsync(database, 1);
        await AllAreThereAsync(database);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_moved_file_holds_every_order_even_without_its_log(bool isLogLost)
    {
        await using (var database = EmbeddedDatabase.Open(File))
        {
            await AcceptAsync(database, 20);
            System.IO.File.Move(File, Away);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(Cancellation));
            if (isLogLost)
                Delete("-wal", "-shm");
        }

        System.IO.File.Move(Away, File);
        await using var again = EmbeddedDatabase.Open(File);
        await AllAreThereAsync(again);
    }

    [Theory]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-wal", "-shm")]
    [InlineData(".lock")]
    [InlineData("")]
    [InlineData("", "-wal")]
    [InlineData("", "-wal", "-shm", ".lock")]
    public async Task Deleted_files_are_restored_by_the_next_write(params string[] deleted)
    {
        await using (var database = EmbeddedDatabase.Open(File))
        {
            await AcceptAsync(database, 20);
            Delete(deleted);
            await AcceptAsync(database, 20);
            await AllAreThereAsync(database);
            await AllAreOnDiskAsync();
            Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File));
        }

        await using var again = EmbeddedDatabase.Open(File);
        await AllAreThereAsync(again);
    }

    [Theory]
    [InlineData("-wal", "-shm")]
    [InlineData("", "-wal", "-shm", ".lock")]
    public async Task Deleted_files_are_restored_while_the_database_is_idle(params string[] deleted)
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        Delete(deleted);
        while (!deleted.All(suffix => System.IO.File.Exists(File + suffix)))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        await AllAreThereAsync(database);
        await AllAreOnDiskAsync();
    }

    [Fact]
    public async Task Deleted_files_are_restored_when_the_process_stops()
    {
        await using (var database = EmbeddedDatabase.Open(File))
        {
            await AcceptAsync(database, 20);
            Delete("", "-wal", "-shm", ".lock");
        }

        await using var again = EmbeddedDatabase.Open(File);
        await AllAreThereAsync(again);
    }

    [Fact]
    public async Task A_deleted_folder_is_restored()
    {
        var file = Path.Combine(Folder.FullName, "data", "orders.db");
        await using var database = EmbeddedDatabase.Open(file);
        await AcceptAsync(database, 20);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        await AcceptAsync(database, 1);
        await AllAreThereAsync(database);
        Assert.True(System.IO.File.Exists(file));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_replaced_by_an_older_copy_is_restored_and_the_copy_kept(bool isLogReplaced)
    {
        await using (var database = EmbeddedDatabase.Open(File))
        {
            await AcceptAsync(database, 20);
            foreach (var suffix in (string[])["", "-wal"])
                System.IO.File.Copy(File + suffix, Away + suffix);
            await AcceptAsync(database, 20);
            System.IO.File.Move(Away, File, overwrite: true);
            if (isLogReplaced)
                System.IO.File.Move(Away + "-wal", File + "-wal", overwrite: true);
            await AcceptAsync(database, 20);
            await AllAreThereAsync(database);
            await AllAreOnDiskAsync();
        }

        Assert.True(System.IO.File.Exists(File + ".replaced-1"));
        await using var again = EmbeddedDatabase.Open(File);
        await AllAreThereAsync(again);
    }

    [Fact]
    public async Task A_moved_file_can_replace_its_restored_copy()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        System.IO.File.Move(File, Away);
        await System.IO.File.WriteAllBytesAsync(File, [], Cancellation);
        await AcceptAsync(database, 20);
        System.IO.File.Move(Away, File, overwrite: true);
        await AcceptAsync(database, 20);
        await AllAreThereAsync(database);
        await AllAreOnDiskAsync();
    }

    [Fact]
    public async Task Reads_never_see_a_missing_or_replaced_file()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        for (var round = 0; round < 50; round++)
        {
            Delete("", "-wal", "-shm");
            foreach (var order in _accepted)
            {
                try
                {
                    Assert.NotNull(database.Read(session => session.First("SELECT id FROM orders WHERE id = ?1", row => row.GetString(0), order.OrderId)));
                }
                catch (StoreUnavailableException)
                {
                    // Reads may fail until the database has recreated the deleted file.
                }
            }

            await database.ProbeAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_truncated_log_stops_the_database_from_accepting_writes()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        await using (var log = new FileStream(File + "-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            log.SetLength(0);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AcceptAsync(database, 1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(Cancellation));
    }

    [Fact]
    public async Task An_older_copy_written_over_the_file_is_detected_even_after_a_restart()
    {
        await using (var database = EmbeddedDatabase.Open(File))
        {
            await AcceptAsync(database, 20);
            Run("PRAGMA wal_checkpoint(TRUNCATE)");
            System.IO.File.Copy(File, Away);
            await LookedThroughAsync(database);
            await AcceptAsync(database, 20);
            Run("PRAGMA wal_checkpoint(TRUNCATE)");
            await LookedThroughAsync(database);
            System.IO.File.Copy(Away, File, overwrite: true);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => AcceptAsync(database, 1));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(Cancellation));
        }

        Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File));
    }

    [Fact]
    public async Task A_checkpoint_by_another_program_loses_nothing()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        await LookedThroughAsync(database);
        await AcceptAsync(database, 1);
        await AllAreThereAsync(database);
    }

    [Fact]
    public async Task A_start_without_the_log_of_a_killed_process_is_refused()
    {
        var killed = await KilledAsync();
        System.IO.File.Delete(killed + "-wal");
        var refusal = Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(killed));
        Assert.Contains("lacks transactions", refusal.Message, StringComparison.Ordinal);
        System.IO.File.Delete(killed + ".lock");
        await EmbeddedDatabase.Open(killed).DisposeAsync();
    }

    [Fact]
    public async Task A_start_without_the_file_that_was_in_use_is_refused()
    {
        var killed = await KilledAsync();
        System.IO.File.Move(killed, Away);
        Assert.Contains("is missing", Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(killed)).Message, StringComparison.Ordinal);
        System.IO.File.Move(Away, killed);
        await using var again = EmbeddedDatabase.Open(killed);
        await AllAreThereAsync(again);
    }

    [Fact]
    public async Task A_restore_interrupted_by_a_kill_is_completed_by_the_next_process()
    {
        var killed = await KilledAsync();
        await EmbeddedDatabase.Open(killed).DisposeAsync();
        System.IO.File.Move(killed, killed + ".restored");
        await using var again = EmbeddedDatabase.Open(killed);
        await AllAreThereAsync(again);
    }

    /// <summary>Waits until the database has checked the files after another program wrote to them.</summary>
    private static async Task LookedThroughAsync(EmbeddedDatabase database)
    {
        while (await Record.ExceptionAsync(() => database.ProbeAsync(Cancellation)) is StoreUnavailableException)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    /// <summary>
    /// Creates the files that a killed process leaves behind: a database with orders, and a lock file with the count of
    /// transactions.
    /// </summary>
    private async Task<string> KilledAsync()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        var folder = Folder.CreateSubdirectory("killed").FullName;
        foreach (var suffix in (string[])["", "-wal"])
            System.IO.File.Copy(File + suffix, Path.Combine(folder, "orders.db" + suffix));
        var count = database.Read(session => session.First("SELECT count FROM commits", row => row.GetInt64(0)));
        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, "orders.db.lock"), (byte[])[.. BitConverter.GetBytes(count), .. BitConverter.GetBytes(0L)], Cancellation);
        return Path.Combine(folder, "orders.db");
    }

    private void Delete(params string[] suffixes)
    {
        foreach (var suffix in suffixes)
            System.IO.File.Delete(File + suffix);
    }

    private async Task AcceptAsync(EmbeddedDatabase database, int count)
    {
        var store = Store(database);
        for (var i = 0; i < count; i++)
        {
            var order = Sample.Order();
            Assert.True((await store.InsertAsync(order, Cancellation)).Inserted);
            _accepted.Add(order);
        }
    }

    private async Task AllAreThereAsync(EmbeddedDatabase database)
    {
        var store = Store(database);
        foreach (var order in _accepted)
            Assert.Equal(order.CustomerId, (await store.FindAsync(order.OrderId, Cancellation))?.CustomerId);
    }

    /// <summary>Asserts that the files contain every order, as if the process were killed at this moment.</summary>
    private async Task AllAreOnDiskAsync()
    {
        using var remains = new Remains(Folder.FullName);
        await using var database = EmbeddedDatabase.Open(Path.Combine(remains.Path, "orders.db"));
        await AllAreThereAsync(database);
    }

    private void ReadsAreRefused(EmbeddedDatabase database)
    {
        var store = Store(database);
        foreach (var order in _accepted)
            Assert.ThrowsAny<StoreUnavailableException>(() => store.FindAsync(order.OrderId, Cancellation).GetAwaiter().GetResult());
    }
}
