
namespace OrderSystem.LocalCloud.Tests;

/// <summary>Tests when LocalCloud refuses to start, and which error it reports.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("local-cloud-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task An_unusable_database_is_refused_by_file_name_and_left_unchanged()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_data, "step-functions")).FullName, "step-functions.db");
        await File.WriteAllTextAsync(file, new string('x', 4096), TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<IOException>(
            () => LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DataDirectory = _data }, TestContext.Current.CancellationToken));
        Assert.StartsWith(file, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 4096), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_port_in_use_is_reported()
    {
        await using var first = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0 }, TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<IOException>(
            () => LocalCloudHost.StartAsync(new LocalCloudOptions { Port = first.Address.Port }, TestContext.Current.CancellationToken));
        Assert.Contains("already in use", refusal.Message, StringComparison.Ordinal);
    }
}
