using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>
/// Tests what happens to executions when other programs delete, overwrite or lock the database while it is in use.
/// </summary>
public sealed class ChangedFilesTests : IDisposable
{
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
            // Requests fail until LocalCloud has written the files back, so repeat the start until it succeeds.
            second = (string)(await server.UntilAsync(
                () => server.CallAsync("StartExecution", new JsonObject { ["stateMachineArn"] = arn, ["input"] = "2", ["name"] = "second" }),
                    answer => answer["executionArn"] is not null))["executionArn"]!;
        }

        await using var next = await StepFunctionsServer.StartAsync(new LocalCloudOptions { DataDirectory = _data });
        var listed = await next.CallAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = arn });
        Assert.Equal([second, first], listed["executions"]!.AsArray().Select(execution => (string)execution!["executionArn"]!));
    }

    [Fact]
    public async Task An_execution_starts_after_another_program_releases_the_lock()
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

    [Fact]
    public async Task An_older_copy_over_the_database_is_unhealthy_and_refused_at_start()
    {
        var copy = Path.Combine(_data, "copy");
        var options = new LocalCloudOptions { DataDirectory = _data };
        await using (var server = await StepFunctionsServer.StartAsync(options))
        {
            var arn = await server.CreateAsync("""{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""");
            await RunAsync(server, arn, executions: 5);
            await CheckpointAsync(server);
            File.Copy(Database, copy);
            await RunAsync(server, arn, executions: 5);
            await CheckpointAsync(server);
            File.Copy(copy, Database, overwrite: true);
            while (await server.IsHealthyAsync())
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }

        // Depending on how much of the write-ahead log remains, LocalCloud reports that the database lacks transactions or
        // that it is damaged.
        Assert.Matches("lacks transactions|is damaged", (await Assert.ThrowsAsync<IOException>(() => StepFunctionsServer.StartAsync(options))).Message);
    }

    private static async Task RunAsync(StepFunctionsServer server, string arn, int executions)
    {
        for (var i = 0; i < executions; i++)
            await server.EndAsync(await server.StartExecutionAsync(arn, $"{i}"));
    }

    /// <summary>
    /// Checkpoints the write-ahead log as another program would, then waits until LocalCloud has noticed the checkpoint and
    /// recovered.
    /// </summary>
    private async Task CheckpointAsync(StepFunctionsServer server)
    {
        using (var other = new SqliteConnection($"Data Source={Database};Pooling=false"))
        {
            other.Open();
            using var checkpoint = other.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        while (await server.IsHealthyAsync())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        while (!await server.IsHealthyAsync())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
    }
}
