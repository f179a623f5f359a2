using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>Tests database files that are damaged or locked, either when they are opened or while they are in use.</summary>
public sealed class BrokenFileTests : DatabaseFolder
{
    private const int PageSize = 4096;

    [Fact]
    public async Task A_file_with_damaged_pages_is_refused_and_left_unchanged()
    {
        await FillAsync();
        DamagePages();
        var before = await System.IO.File.ReadAllBytesAsync(File, Cancellation);
        var refusal = Assert.Throws<DatabaseException>(() => EmbeddedDatabase.Open(File));
        Assert.Contains("is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, Cancellation));
    }

    [Fact]
    public async Task Damage_found_during_use_fails_readiness()
    {
        await FillAsync();
        await using var database = EmbeddedDatabase.Open(File);
        await database.ProbeAsync(Cancellation);
        DamagePages();
        Assert.Throws<StoreUnavailableException>(() => database.Read(session => session.Read("SELECT sku FROM stock ORDER BY available", row => row.GetString(0))));
        var complaint = await Assert.ThrowsAsync<StoreUnavailableException>(() => database.ProbeAsync(Cancellation));
        Assert.Contains("is damaged", complaint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_fail_together_while_the_file_is_locked_and_work_afterwards()
    {
        await using var database = EmbeddedDatabase.Open(File);
        var store = Store(database);
        using (var other = Connect())
        {
            using var locked = other.CreateCommand();
            locked.CommandText = "BEGIN IMMEDIATE";
            locked.ExecuteNonQuery();
            // If the writes waited for the lock one after another, all the writes together would take more than half an hour.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            var inserts = Enumerable.Range(0, 1000).Select(_ => store.InsertAsync(Sample.Order(), Cancellation)).ToList();
            foreach (var insert in inserts)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => insert.WaitAsync(patience.Token));
        }

        Assert.True((await store.InsertAsync(Sample.Order(), Cancellation)).Inserted);
        Assert.Null(database.Failure);
    }

    [Fact]
    public async Task A_commit_is_synced_to_the_disk()
    {
        const int Full = 2;
        await using var database = EmbeddedDatabase.Open(File);
        Assert.Equal((Full, "wal"), await database.WriteAsync(
            session => (session.First("PRAGMA synchronous", row => row.GetInt32(0)), session.First("PRAGMA journal_mode", row => row.GetString(0))), Cancellation));
    }

    private async Task FillAsync()
    {
        await using var database = EmbeddedDatabase.Open(File);
        await database.WriteAsync(
            session => session.Execute("""
                INSERT INTO stock (sku, available, updated)
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT printf('article-%060d', i), i, 0 FROM n
                """),
            Cancellation);
    }

    private void DamagePages()
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var pages = file.Length / PageSize;
        Assert.True(pages > 100);
        for (var page = pages / 2; page < pages; page += 3)
        {
            file.Position = page * PageSize;
            file.Write(Enumerable.Repeat((byte)0xA5, PageSize).ToArray());
        }
    }
}
