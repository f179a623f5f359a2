using System.Collections.Concurrent;
using System.IO.Compression;
using OrderSystem.LocalCloud.Hosting.Tools;
using OrderSystem.Tests.Deployment;

namespace OrderSystem.Tests.Packages;

/// <summary>
/// What <c>deploy/package.sh</c> makes: those in the folder that <c>ORDER_SYSTEM_PACKAGES</c> names, else made here, once.
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

    /// <summary>The folder that a package is unpacked to, as Lambda unpacks it.</summary>
    /// <param name="package">Its file, such as <c>api.zip</c>.</param>
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
