using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.LocalCloud.TestSupport.Contracts;
using OrderSystem.Sqlite;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>Somebody moves, deletes or replaces the database's files while a process uses them: no order that was accepted is lost.</summary>
public sealed class ChangedFilesTests : DatabaseFolder
{
    private readonly List<Order> _accepted = [];

    private string Away => File + ".away";

    [Fact]
    public async Task A_moved_file_is_refused_and_in_use_again_once_it_is_moved_back()
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
    public async Task A_moved_file_holds_every_order_wherever_its_log_went(bool isLogLost)
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
    public async Task Deleted_files_are_written_back_by_the_next_write(params string[] deleted)
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
    public async Task Deleted_files_are_written_back_while_nothing_is_written(params string[] deleted)
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
    public async Task Files_deleted_before_the_process_stops_are_written_back_by_the_stop()
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
    public async Task A_deleted_folder_is_written_back()
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
    public async Task A_file_replaced_by_an_older_copy_is_put_aside(bool isLogReplaced)
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
    public async Task A_moved_file_that_was_written_back_can_be_put_in_its_place_again()
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
    public async Task Reads_never_see_another_file_in_its_place()
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
                    // Until the file is written back.
                }
            }

            await database.ProbeAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_log_that_was_cut_off_is_told_of_and_nothing_more_is_accepted()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await AcceptAsync(database, 20);
        await using (var log = new FileStream(File + "-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            log.SetLength(0);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AcceptAsync(database, 1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(Cancellation));
    }

    [Fact]
    public async Task An_older_copy_written_over_the_file_is_told_of_also_by_the_next_process()
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
    public async Task A_log_that_another_program_has_emptied_is_no_loss()
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
    public async Task A_process_that_is_killed_while_it_writes_the_file_back_leaves_the_copy_to_the_next()
    {
        var killed = await KilledAsync();
        await EmbeddedDatabase.Open(killed).DisposeAsync();
        System.IO.File.Move(killed, killed + ".restored");
        await using var again = EmbeddedDatabase.Open(killed);
        await AllAreThereAsync(again);
    }

    /// <summary>Waits until the database has made sure of what another program wrote.</summary>
    private static async Task LookedThroughAsync(EmbeddedDatabase database)
    {
        while (await Record.ExceptionAsync(() => database.ProbeAsync(Cancellation)) is StoreUnavailableException)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }

    /// <summary>What a kill leaves of a database with orders: the files, with the lock's count.</summary>
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

    /// <summary>What a kill at this moment would leave.</summary>
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
