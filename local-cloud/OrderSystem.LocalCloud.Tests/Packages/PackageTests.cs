using System.IO.Compression;
using System.Xml.Linq;

namespace OrderSystem.LocalCloud.Tests.Packages;

/// <summary>Tests the NuGet packages of the projects in <c>local-cloud/</c> as another repository would use them.</summary>
[Collection(nameof(PackedLibraries))]
public sealed class PackageTests(PackedLibraries packages)
{
    /// <summary>Each library, with the path of the sample that its README shows.</summary>
    public static TheoryData<string, string> Examples => new()
    {
        { "OrderSystem.CloudFormation", "Libraries/CloudFormation.cs" },
        { "OrderSystem.DeadLetters", "Libraries/DeadLetters.cs" },
        { "OrderSystem.EventSources", "Libraries/EventSources.cs" },
        { "OrderSystem.EventSources.Testing", "Libraries/EventSources.Testing.cs" },
        { "OrderSystem.LocalCloud.Hosting", "Greetings/AppHost/Program.cs" },
        { "OrderSystem.Sqlite", "Libraries/Sqlite.cs" },
        { "OrderSystem.StatesLanguage", "Libraries/StatesLanguage.cs" },
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Another_repository_runs_the_examples_with_the_packages()
    {
        var folder = Directory.CreateTempSubdirectory("libraries-");
        try
        {
            PackedLibraries.CopySample("Libraries", folder.FullName);
            await packages.BuildAsync(folder.FullName, "LocalCloudVersion", TestContext.Current.CancellationToken);
            var output = await PackedLibraries.DotnetAsync(CancellationToken, "exec", Path.Combine(folder.FullName, "bin", "Debug", "net10.0", "Libraries.dll"));
            Assert.Contains("""
                Orders: {"QueueName":"orders-test"}
                Worker: {"Handler":"worker","Environment":{"Variables":{"QUEUE":"shop-Orders"}}}
                Succeeded: {"said":"Hello, Ada!"}
                {"Records":[1,2]}
                {"Records":[3]}
                """, output, StringComparison.Ordinal);
            Assert.Matches(@"batches: a,bad,b,c \| .*\| bad \|.*\n.*discarded: \(\d+, \d+, 1\)\n", output);
            Assert.Contains("visits: 100", output, StringComparison.Ordinal);
            Assert.Contains("redrive", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Each_readme_shows_an_example_that_is_compiled(string library, string sample)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "local-cloud", library, "README.md"), CancellationToken);
        var example = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "local-cloud", "samples", sample), CancellationToken);
        Assert.Contains($"```csharp\n{example.Trim()}\n```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_package_has_a_readme_a_licence_an_icon_and_its_commit()
    {
        Assert.Equal(Examples.Select(row => row.Data.Item1), PackedLibraries.Names);
        foreach (var path in Paths(packages.Feed))
        {
            await using var package = await ZipFile.OpenReadAsync(path, CancellationToken);
            var nuspec = await XDocument.LoadAsync(package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open(), LoadOptions.None, CancellationToken);
            string? Value(string name) => nuspec.Descendants().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
            Assert.Equal("MIT", Value("license"));
            Assert.NotNull(package.GetEntry(Value("readme")!));
            Assert.NotNull(package.GetEntry(Value("icon")!));
            Assert.NotEqual("Package Description", Value("description"));
            Assert.Matches("^[0-9a-f]{40}$", nuspec.Descendants().Single(element => element.Name.LocalName == "repository").Attribute("commit")!.Value);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Two_packs_of_one_build_are_equal_byte_for_byte()
    {
        var again = await packages.PackAsync("again", TestContext.Current.CancellationToken);
        Assert.Equal(Paths(packages.Feed).Select(Path.GetFileName), Paths(again).Select(Path.GetFileName));
        foreach (var path in Paths(packages.Feed))
        {
            var first = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var second = await File.ReadAllBytesAsync(Path.Combine(again, Path.GetFileName(path)), TestContext.Current.CancellationToken);
            Assert.True(first.AsSpan().SequenceEqual(second), path);
        }
    }

    private static IEnumerable<string> Paths(string folder) => Directory.EnumerateFiles(folder, "*.nupkg").Order(StringComparer.Ordinal);
}
