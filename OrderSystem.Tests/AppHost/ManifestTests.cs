using System.Text.Json;

namespace OrderSystem.Tests.AppHost;

/// <summary>Tests the manifest that the AppHost publishes.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("embedded")]
    [InlineData("aws")]
    public async Task The_manifest_is_for_AWS_and_names_nothing_of_this_machine(string cloud)
    {
        var manifest = Path.Combine(_folder.FullName, "manifest.json");
        await using (var run = AppHostRun.Start(new Dictionary<string, string>(), "--operation", "publish", "--publisher", "manifest", "--output-path", manifest, "--cloud", cloud))
            Assert.True(await run.EndAsync(TestContext.Current.CancellationToken) == 0, run.Output);
        var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(text);
        var resources = document.RootElement.GetProperty("resources");
        Assert.Equal(["api", "processor", "workflow"], resources.EnumerateObject().Select(resource => resource.Name).Order());
        Assert.Equal("Aws", resources.GetProperty("api").GetProperty("env").GetProperty("Cloud").GetString());
        Assert.DoesNotContain("OrderSystem__", text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
    }
}
