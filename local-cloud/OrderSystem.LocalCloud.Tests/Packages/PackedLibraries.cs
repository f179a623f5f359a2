using System.Reflection;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Tests.Packages;

/// <summary>Packs the libraries of <c>local-cloud/</c> once, into a folder that test projects use as a NuGet source.</summary>
public sealed class PackedLibraries : IAsyncLifetime
{
    /// <summary>The names of the packages, which are also the names of the packed projects.</summary>
    public static readonly string[] Names =
    [
        "OrderSystem.CloudFormation", "OrderSystem.DeadLetters", "OrderSystem.EventSources", "OrderSystem.EventSources.Testing",
        "OrderSystem.LocalCloud.Hosting", "OrderSystem.Sqlite", "OrderSystem.StatesLanguage",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("packages-");

    /// <summary>The folder that contains the packages.</summary>
    public string Feed { get; private set; } = "";

    /// <summary>
    /// The version of the packages. Each test run uses a different version, because NuGet caches restored packages.
    /// </summary>
    public string Version { get; } = $"1.0.0-test.{Guid.NewGuid():N}";

    private static string Configuration => typeof(PackedLibraries).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string CacheFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public async ValueTask InitializeAsync() => Feed = await PackAsync("feed", TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        foreach (var cached in Names.Select(name => Path.Combine(CacheFolder, name.ToLowerInvariant(), Version)).Where(Directory.Exists))
            Directory.Delete(cached, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Packs the projects, which are already built, in one MSBuild run. Returns the folder that contains the packages.
    /// </summary>
    public async Task<string> PackAsync(string name, CancellationToken cancellationToken)
    {
        var folder = _folder.CreateSubdirectory(name).FullName;
        var project = Path.Combine(_folder.FullName, $"{name}.proj");
        var projects = string.Join(';', Names.Select(library => Path.Combine(Repository.Root, "local-cloud", library, $"{library}.csproj")));
        await File.WriteAllTextAsync(project, $"""
            <Project>
              <Target Name="Pack">
                <MSBuild Projects="{projects}" Targets="Pack" BuildInParallel="true" Properties="NoBuild=true;Configuration={Configuration};Version={Version};PackageOutputPath={folder}" />
              </Target>
            </Project>
            """, cancellationToken);
        await DotnetAsync(cancellationToken, "msbuild", project, "-t:Pack", "-m");
        return folder;
    }

    /// <summary>Copies a sample into a folder. The samples are not part of the solution.</summary>
    public static void CopySample(string sample, string to)
    {
        var from = Path.Combine(Repository.Root, "local-cloud", "samples", sample);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(from, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Builds a project that references the packages.</summary>
    public Task BuildAsync(string project, string versionProperty, CancellationToken cancellationToken) =>
        DotnetAsync(cancellationToken, "build", project, $"-p:{versionProperty}={Version}", $"-p:RestoreAdditionalProjectSources={Feed}");

    /// <summary>Runs <c>dotnet</c> and returns its output.</summary>
    public static async Task<string> DotnetAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        string[] options = arguments[0] == "exec" ? [] : ["--nologo", "-nodeReuse:false"];
        var (exitCode, output) = await Tool.RunAsync("dotnet", [.. arguments, .. options], cancellationToken, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" });
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)}: {output}");
        return output;
    }
}

/// <summary>
/// The collection of the tests that use the packages. The tests share one fixture, so that the packages are packed only once.
/// </summary>
[CollectionDefinition(nameof(PackedLibraries))]
public sealed class PackedLibrariesCollection : ICollectionFixture<PackedLibraries>;
