using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using OrderSystem.LocalCloud.StepFunctions.Storage;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Other programs move, delete, replace and lock the database of executions while it is in use: no execution that was started is lost.</summary>
public sealed class ChangedFilesTests : IDisposable
{
    private const string Table = "PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL); ";

    private readonly string _data = Directory.CreateTempSubdirectory("step-functions-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_data, "step-functions", "step-functions.db");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData(".lock")]
    [InlineData("", "-wal", "-shm", ".lock")]
    public async Task Executions_survive_files_that_are_deleted_while_they_run(params string[] deleted)
    {
        string arn, first, second;
        await using (var server = await StepFunctionsServer.StartAsync(new LocalCloudOptions { DataDirectory = _data }))
        {
            arn = await server.CreateAsync("""{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""");
            first = await server.StartExecutionAsync(arn, "1");
            await server.EndAsync(first);
            foreach (var suffix in deleted)
                File.Delete(Database + suffix);
            // Reads are refused until the files are written back.
            second = (string)(await server.UntilAsync(
                () => server.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = arn, ["input"] = "2", ["name"] = "second" }), answer => answer["executionArn"] is not null))["executionArn"]!;
        }

        await using var next = await StepFunctionsServer.StartAsync(new LocalCloudOptions { DataDirectory = _data });
        var listed = await next.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn });
        Assert.Equal([second, first], listed["executions"]!.AsArray().Select(execution => (string)execution!["executionArn"]!));
    }

    [Fact]
    public void A_moved_file_is_awaited_and_a_read_makes_no_other()
    {
        using var file = DatabaseFile.Open(Database, Table);
        Add(file, "one");
        File.Move(Database, Database + ".away");
        Assert.Contains("Move it back", Assert.Throws<IOException>(() => Add(file, "two")).Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => file.Read(Notes));
        Assert.False(File.Exists(Database));
        File.Move(Database + ".away", Database);
        Add(file, "two");
        Assert.Equal(["one", "two"], file.Read(Notes));
    }

    [Fact]
    public void A_file_replaced_by_an_older_copy_is_put_aside()
    {
        using (var file = DatabaseFile.Open(Database, Table))
        {
            Add(file, "one");
            File.Copy(Database, Database + ".copy");
            Add(file, "two");
            File.Move(Database + ".copy", Database, overwrite: true);
            Add(file, "three");
        }

        Assert.True(File.Exists(Database + ".replaced-1"));
        using var again = DatabaseFile.Open(Database, Table);
        Assert.Equal(["one", "two", "three"], again.Read(Notes));
    }

    [Fact]
    public void A_file_without_the_log_of_a_killed_process_is_refused()
    {
        var killed = Path.Combine(_data, "killed", "step-functions.db");
        Directory.CreateDirectory(Path.GetDirectoryName(killed)!);
        using (var file = DatabaseFile.Open(Database, Table))
        {
            Add(file, "one");
            File.Copy(Database, killed);
        }

        File.Copy(Database + ".lock", killed + ".lock");
        Assert.Contains("lacks transactions", Assert.Throws<IOException>(() => DatabaseFile.Open(killed, Table)).Message, StringComparison.Ordinal);
        File.Delete(killed + ".lock");
        DatabaseFile.Open(killed, Table).Dispose();
    }

    [Fact]
    public async Task An_execution_starts_once_another_program_lets_go_of_the_lock()
    {
        await using var server = await StepFunctionsServer.StartAsync(new LocalCloudOptions { DataDirectory = _data });
        var arn = await server.CreateAsync("""{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""");
        Task<string> starting;
        using (var other = new SqliteConnection($"Data Source={Database};Pooling=false"))
        {
            other.Open();
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            starting = server.StartExecutionAsync(arn, "1");
            while (await server.IsHealthyAsync())
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        await server.EndAsync(await starting.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
    }

    private static void Add(DatabaseFile file, string text)
    {
        using var transaction = file.Ensure().BeginTransaction();
        using var insert = transaction.Connection!.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO notes (text) VALUES ($text)";
        insert.Parameters.AddWithValue("$text", text);
        insert.ExecuteNonQuery();
        file.Count(transaction);
        transaction.Commit();
        file.Committed();
    }

    private static List<string> Notes(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT text FROM notes ORDER BY rowid";
        using var reader = select.ExecuteReader();
        var notes = new List<string>();
        while (reader.Read())
            notes.Add(reader.GetString(0));
        return notes;
    }
}
