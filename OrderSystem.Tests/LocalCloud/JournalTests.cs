using System.Text;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.Tests.LocalCloud;

public sealed class JournalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");

    private string FilePath => Path.Combine(_folder.FullName, "some.journal");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_line_torn_off_is_dropped_and_cut_away_before_the_next()
    {
        await File.WriteAllTextAsync(FilePath, "one\ntwo\nthr", TestContext.Current.CancellationToken);
        await using (var journal = Journal.Open(FilePath, _ => { }))
            await AppendAsync(journal, "four");
        Assert.Equal(["one", "two", "four"], Lines());
    }

    [Fact]
    public async Task A_rewrite_that_the_disk_refuses_leaves_the_old_lines_and_a_journal_that_goes_on()
    {
        await using (var journal = Journal.Open(FilePath, _ => { }))
        {
            await AppendAsync(journal, "one");
            // Where the new file would be written there is a folder.
            Directory.CreateDirectory(FilePath + ".next");
            await Assert.ThrowsAsync<IOException>(() => journal.RewriteAsync(() => "compacted\n"u8.ToArray()));
            await AppendAsync(journal, "two");
            Directory.Delete(FilePath + ".next");
            await journal.RewriteAsync(() => "compacted\n"u8.ToArray());
            await AppendAsync(journal, "three");
        }

        Assert.Equal(["compacted", "three"], Lines());
    }

    [Fact]
    public async Task Content_that_can_not_be_told_fails_its_own_rewrite_and_no_other_entry()
    {
        await using (var journal = Journal.Open(FilePath, _ => { }))
        {
            var failing = journal.RewriteAsync(() => throw new InvalidOperationException("no content"));
            await AppendAsync(journal, "one");
            await Assert.ThrowsAsync<IOException>(() => failing);
        }

        Assert.Equal(["one"], Lines());
    }

    private static Task AppendAsync(Journal journal, string line) => journal.AppendAsync(Encoding.UTF8.GetBytes(line));

    private List<string> Lines()
    {
        var lines = new List<string>();
        using var reader = new StreamReader(FilePath);
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }
}
