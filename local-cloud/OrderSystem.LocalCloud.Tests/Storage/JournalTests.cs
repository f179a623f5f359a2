using System.Text;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.Tests.Storage;

public sealed class JournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("journal-").FullName;

    private string File => Path.Combine(_folder, "x.journal");

    private string Nested => Path.Combine(_folder, "nested", "x.journal");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_torn_last_line_is_removed_before_the_next_line()
    {
        await System.IO.File.WriteAllTextAsync(File, "one\ntwo\nthr", CancellationToken);
        await using (var journal = Open("compact"))
            await AppendAsync(journal, "four");
        Assert.Equal(["one", "two", "four"], await LinesAsync());
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("deleted")]
    [InlineData("replaced")]
    [InlineData("cut off")]
    [InlineData("deleted with its folder")]
    public async Task A_changed_file_is_rewritten_with_the_next_line(string change)
    {
        var lines = new List<string>();
        await using (var journal = Journal.Open(Nested, _ => { }, () => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), () => 100))
        {
            await AddAsync(journal, "one");
            Change(change);
            await AddAsync(journal, "two");
            await AddAsync(journal, "three");
            Assert.Null(journal.Failure);
        }

        Assert.Equal(["one", "two", "three"], (await System.IO.File.ReadAllLinesAsync(Nested, CancellationToken)).Distinct());

        async Task AddAsync(Journal journal, string line)
        {
            lines.Add(line);
            await AppendAsync(journal, line);
        }
    }

    [Fact]
    public async Task A_deleted_file_is_rewritten_without_a_new_line()
    {
        await using var journal = Journal.Open(Nested, _ => { }, () => "one\n"u8.ToArray(), () => 100);
        await AppendAsync(journal, "one");
        Change("deleted with its folder");
        while (!System.IO.File.Exists(Nested))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken);
        Assert.Equal(["one"], await System.IO.File.ReadAllLinesAsync(Nested, CancellationToken));
    }

    [Fact]
    public async Task A_failing_content_provider_fails_only_its_own_rewrite()
    {
        await using (var journal = Journal.Open(File, _ => { }, () => throw new InvalidOperationException("no content"), () => 100))
        {
            var failing = journal.RewriteAsync();
            await AppendAsync(journal, "one");
            await Assert.ThrowsAsync<IOException>(() => failing);
        }

        Assert.Equal(["one"], await LinesAsync());
    }

    [Fact]
    public async Task A_failed_rewrite_leaves_the_file_unchanged_and_writing_continues()
    {
        await using (var journal = Open("compact"))
        {
            await AppendAsync(journal, "one");
            using (Blocking(File + ".next"))
            {
                await Assert.ThrowsAsync<IOException>(journal.RewriteAsync).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken);
                Assert.NotNull(journal.Failure);
                await AppendAsync(journal, "two");
                Assert.Null(journal.Failure);
            }

            await AppendAsync(journal, "three");
            Assert.Equal(["one", "two", "three"], await LinesAsync());
            await journal.RewriteAsync();
            await AppendAsync(journal, "four");
        }

        Assert.Equal(["compact", "four"], await LinesAsync());
    }

    [Fact]
    public async Task Unwritable_lines_fail_and_later_lines_are_written()
    {
        await using var journal = Open("compact");
        await AppendAsync(journal, "one");
        using (Blocking(File + ".next"))
            await Assert.ThrowsAsync<IOException>(journal.RewriteAsync);
        System.IO.File.Move(File, File + ".aside");
        using (Blocking(File))
            await Assert.ThrowsAsync<IOException>(() => AppendAsync(journal, "lost"));
        System.IO.File.Move(File + ".aside", File);
        await AppendAsync(journal, "two");
        Assert.Equal(["one", "two"], await LinesAsync());
    }

    [Fact]
    public async Task A_file_that_cannot_be_compacted_keeps_growing_without_errors()
    {
        await using var journal = Open("compact", maximumLines: 3);
        using (Blocking(File + ".next"))
        {
            for (var i = 0; i < 10; i++)
                await AppendAsync(journal, $"{i}");
        }

        Assert.Equal(10, (await LinesAsync()).Length);
        for (var i = 0; i < 5; i++)
            await AppendAsync(journal, "x");
        Assert.Equal("compact", (await LinesAsync())[0]);
    }

    [Fact]
    public async Task A_damaged_line_is_reported_with_its_number()
    {
        await System.IO.File.WriteAllTextAsync(File, "1\n2\nx\n4\n", CancellationToken);
        var damage = Assert.Throws<InvalidDataException>(() => Journal.Open(File, line => int.Parse(line), () => default, () => 100));
        Assert.StartsWith($"Line 3 of {File} is damaged", damage.Message, StringComparison.Ordinal);
    }

    private Journal Open(string content, int maximumLines = 100) => Journal.Open(File, _ => { }, () => Encoding.UTF8.GetBytes(content + "\n"), () => maximumLines);

    private static Task AppendAsync(Journal journal, string line) =>
        journal.AppendAsync(Encoding.UTF8.GetBytes(line)).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken);

    private async Task<string[]> LinesAsync() => await System.IO.File.ReadAllLinesAsync(File, CancellationToken);

    /// <summary>Creates a folder at the path of a file, so that the file cannot be written.</summary>
    private static Blocker Blocking(string path) => new(path);

    private sealed class Blocker : IDisposable
    {
        private readonly DirectoryInfo _folder;

        public Blocker(string path) => _folder = Directory.CreateDirectory(path);

        public void Dispose() => _folder.Delete();
    }

    private void Change(string change)
    {
        switch (change)
        {
            case "moved":
                System.IO.File.Move(Nested, Nested + ".away");
                break;
            case "deleted":
                System.IO.File.Delete(Nested);
                break;
            case "replaced":
                System.IO.File.WriteAllText(Nested + ".other", "another\n");
                System.IO.File.Move(Nested + ".other", Nested, overwrite: true);
                break;
            case "cut off":
                System.IO.File.WriteAllText(Nested, "");
                break;
            default:
                Directory.Delete(Path.GetDirectoryName(Nested)!, recursive: true);
                break;
        }
    }
}
