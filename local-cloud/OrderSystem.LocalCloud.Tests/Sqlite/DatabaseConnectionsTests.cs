using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.LocalCloud.Tests.Sqlite;

/// <summary>
/// Tests what happens when other programs move, replace or overwrite a database while its connections are open.
/// </summary>
public sealed class DatabaseConnectionsTests : IDisposable
{
    private static readonly DatabaseSchema Schema = new()
    {
        Steps = ["CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL); CREATE TABLE IF NOT EXISTS commits (id INTEGER PRIMARY KEY, count "
            + "INTEGER NOT NULL); INSERT OR IGNORE INTO commits (id, count) VALUES (1, 0);"],
        OtherFolder = "give another folder",
        UnversionedTable = "notes",
    };

    private readonly string _data = Directory.CreateTempSubdirectory("sqlite-").FullName;

    private string Database => Path.Combine(_data, "notes.db");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void A_moved_file_is_reported_and_not_recreated()
    {
        using var file = Open(Database);
        Add(file, "one");
        File.Move(Database, Database + ".away");
        Assert.Contains("Move it back", Assert.Throws<FilesChangedException>(() => Add(file, "two")).Message, StringComparison.Ordinal);
        Assert.Throws<FilesChangedException>(() => file.Read(Notes));
        Assert.False(File.Exists(Database));
        File.Move(Database + ".away", Database);
        Add(file, "two");
        Assert.Equal(["one", "two"], file.Read(Notes));
    }

    [Fact]
    public void An_older_copy_that_replaced_the_file_is_moved_aside()
    {
        using (var file = Open(Database))
        {
            Add(file, "one");
            File.Copy(Database, Database + ".copy");
            Add(file, "two");
            File.Move(Database + ".copy", Database, overwrite: true);
            Add(file, "three");
        }

        Assert.True(File.Exists(Database + ".replaced-1"));
        using var again = Open(Database);
        Assert.Equal(["one", "two", "three"], again.Read(Notes));
    }

    [Fact]
    public void A_file_without_the_log_of_a_killed_process_is_refused()
    {
        var killed = Path.Combine(_data, "killed", "notes.db");
        Directory.CreateDirectory(Path.GetDirectoryName(killed)!);
        using (var file = Open(Database))
        {
            Add(file, "one");
            File.Copy(Database, killed);
        }

        File.Copy(Database + ".lock", killed + ".lock");
        Assert.Contains("lacks transactions", Assert.Throws<DatabaseException>(() => Open(killed)).Message, StringComparison.Ordinal);
        File.Delete(killed + ".lock");
        Open(killed).Dispose();
    }

    [Fact]
    public void A_commit_to_a_moved_file_reports_that_it_is_committed()
    {
        using var file = Open(Database);
        var session = Insert(file, "one");
        File.Move(Database, Database + ".away");
        Assert.True(Assert.Throws<FilesChangedException>(() => file.Commit(session)).IsCommitted);
        File.Move(Database + ".away", Database);
        file.Ensure();
        Assert.Equal(["one"], file.Read(Notes));
    }

    /// <summary>
    /// A reader may have read the database file's status just before a checkpoint by the writer changed it, so the reader must
    /// not overwrite the status that the writer remembers.
    /// </summary>
    [Fact]
    public void A_reader_never_changes_when_the_writer_saw_the_file_written()
    {
        File.WriteAllText(Database, "before");
        var files = new DatabaseFiles(Database);
        files.Remember();
        var remembered = files.Written;
        File.SetLastWriteTimeUtc(Database, File.GetLastWriteTimeUtc(Database).AddSeconds(-1));

        Assert.Equal(FilesState.Intact, files.Look(out var seen));
        Assert.SkipUnless(FileStatus.IsKnown, "This system's files can't be moved while they are open.");
        Assert.NotEqual(remembered, seen);
        Assert.Equal(remembered, files.Written);
        Assert.Equal(FilesState.Intact, files.LookAsWriter());
        Assert.Equal(seen, files.Written);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_is_lost_while_its_log_is_being_restored_keeps_its_data(bool isReplaced)
    {
        Assert.SkipUnless(FileStatus.IsKnown, "This system's files can't be moved while they are open.");
        var files = new DatabaseFiles(Database);
        using var content = new DatabaseContent(files, FolderLock.Take(files.Lock));
        var isAttacked = false;
        // The readers are closed just before the writing connection is closed and opened again.
        using var writing = new WritingConnection(files, content, Schema, closeReaders: Attack, NullLogger.Instance);
        Write("one");
        File.Copy(Database, Database + ".copy");
        Write("two");

        File.Delete(files.Log);
        isAttacked = true;
        writing.MendOrRefuse(files.LookAsWriter());
        Assert.Equal(["one", "two"], Notes(writing.Verified()));
        Assert.Equal(isReplaced, File.Exists(Database + ".replaced-1"));
        Write("three");
        Assert.Equal(FilesState.Intact, files.LookAsWriter());

        void Attack()
        {
            if (!isAttacked)
                return;
            isAttacked = false;
            if (isReplaced)
                File.Move(Database + ".copy", Database, overwrite: true);
            else
                File.Delete(Database);
        }

        void Write(string text)
        {
            var session = writing.Verified();
            session.Execute("BEGIN IMMEDIATE");
            session.Execute("INSERT INTO notes (text) VALUES (?1)", text);
            session.Commit(content.Next);
            content.Committed();
        }
    }

    [Theory]
    [InlineData("notes", true)]
    [InlineData("other", false)]
    public void An_unversioned_file_is_accepted_only_with_the_known_table(string table, bool isTaken)
    {
        using (var session = new Session(Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWriteCreate))
            session.Run($"CREATE TABLE {table} (text TEXT NOT NULL)");
        if (isTaken)
            Open(Database).Dispose();
        else
            Assert.Contains("another program", Assert.Throws<DatabaseException>(() => Open(Database)).Message, StringComparison.Ordinal);
    }

    private static DatabaseConnections Open(string path) => DatabaseConnections.Open(path, Schema, NullLogger.Instance);

    private static void Add(DatabaseConnections file, string text) => file.Commit(Insert(file, text));

    private static Session Insert(DatabaseConnections file, string text)
    {
        var session = file.Ensure();
        session.Execute("BEGIN IMMEDIATE");
        session.Execute("INSERT INTO notes (text) VALUES (?1)", text);
        return session;
    }

    private static IReadOnlyList<string> Notes(Session session) => session.Read("SELECT text FROM notes ORDER BY rowid", row => row.GetString(0));
}
