using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.LocalCloud.StepFunctions.Storage;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

public sealed class StepFunctionsDatabaseTests : IDisposable
{
    private const string Insert = "INSERT INTO callbacks (token, execution) VALUES (?1, ?2)";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("step-functions-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_statement_that_cannot_be_stored_neither_stops_the_writer_nor_loses_others()
    {
        await using var database = StepFunctionsDatabase.Open(new LocalCloudOptions { DataDirectory = _folder.FullName }, NullLogger.Instance)!;
        database.Write(Insert, "1", "x");
        await database.FlushAsync();

        database.Write(Insert, "2", "x");
        // This insert fails, because a row with the primary key "1" already exists.
        database.Write(Insert, "1", "x");
        database.Write(Insert, "3", "x");
        await Assert.ThrowsAsync<IOException>(() => database.FlushAsync().AsTask());

        database.Write(Insert, "4", "x");
        await database.FlushAsync();
        Assert.Equal(["1", "2", "3", "4"], database.Read("SELECT token FROM callbacks ORDER BY token", row => row.GetString(0)));
        Assert.Null(database.Failure);
    }

    [Fact]
    public async Task A_value_that_cannot_be_stored_fails_only_its_own_write()
    {
        await using var database = StepFunctionsDatabase.Open(new LocalCloudOptions { DataDirectory = _folder.FullName }, NullLogger.Instance)!;
        database.Write(Insert, "1", "x");
        var refused = Assert.Throws<ArgumentException>(() => database.Write(Insert, "2", DateTimeOffset.UnixEpoch));
        Assert.StartsWith("A DateTimeOffset can't be stored.", refused.Message, StringComparison.Ordinal);
        database.Write(Insert, "3", "x");
        await database.FlushAsync();
        Assert.Equal(["1", "3"], database.Read("SELECT token FROM callbacks ORDER BY token", row => row.GetString(0)));
    }
}
