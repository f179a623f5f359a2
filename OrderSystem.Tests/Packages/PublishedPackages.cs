using System.Collections.Concurrent;
using System.IO.Compression;
using OrderSystem.LocalCloud.Hosting.Tools;
using OrderSystem.Tests.Deployment;

namespace OrderSystem.Tests.Packages;

/// <summary>
/// The packages that <c>deploy/package.sh</c> builds. The packages are taken from the folder in
/// <c>ORDER_SYSTEM_PACKAGES</c>, or built once if that variable is not set.
/// </summary>
public sealed class PublishedPackages : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-packages-");
    private readonly ConcurrentDictionary<string, Lazy<string>> _unpacked = new(StringComparer.Ordinal);
    private string _packages = "";

    /// <summary>The template that refers to the packages.</summary>
    public string Template => Path.Combine(_packages, "template.yaml");

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        if (Environment.GetEnvironmentVariable("ORDER_SYSTEM_PACKAGES") is { Length: > 0 } made)
        {
            _packages = Path.GetFullPath(made);
            return;
        }

        _packages = _folder.CreateSubdirectory("packages").FullName;
        var linker = (await Tool.RunAsync("clang", ["--version"], cancellationToken)).ExitCode ?? (await Tool.RunAsync("gcc", ["--version"], cancellationToken)).ExitCode;
        string[] compilation = linker is null ? ["--compilation", "ready-to-run"] : [];
        var (exitCode, output) = await Tool.RunAsync("bash", [Path.Combine(DeployedTemplate.Folder, "package.sh"), "--output", _packages, .. compilation], cancellationToken);
        Assert.True(exitCode == 0, output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Unpacks a package as Lambda does, and returns the folder.</summary>
    /// <param name="package">The package's file name, such as <c>api.zip</c>.</param>
    public string Unpack(string package) => _unpacked.GetOrAdd(package, name => new Lazy<string>(() =>
    {
        var folder = _folder.CreateSubdirectory(Path.GetFileNameWithoutExtension(name)).FullName;
        ZipFile.ExtractToDirectory(Path.Combine(_packages, name), folder);
        return folder;
    })).Value;
}

/// <summary>The tests that share the published packages.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesCollection : ICollectionFixture<PublishedPackages>
{
    public const string Name = "packages";
}
