using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.Tests.Storage;

/// <summary>Checks that nothing outside the folder that represents a bucket is read, listed or written.</summary>
public sealed class LocalObjectsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("buckets-");
    private readonly string _outside;
    private readonly LocalObjects _objects;

    public LocalObjectsTests()
    {
        var buckets = _folder.CreateSubdirectory("s3");
        _outside = _folder.CreateSubdirectory("outside").FullName;
        File.WriteAllText(Path.Combine(_outside, "secret.json"), "[1]");
        buckets.CreateSubdirectory("b");
        File.WriteAllText(Path.Combine(buckets.FullName, "b", "a.json"), "[1]");
        File.WriteAllText(Path.Combine(buckets.FullName, "beside.json"), "[1]");
        Directory.CreateSymbolicLink(Path.Combine(buckets.FullName, "linked"), _outside);
        Directory.CreateSymbolicLink(Path.Combine(buckets.FullName, "b", "folder"), _outside);
        Directory.CreateSymbolicLink(Path.Combine(buckets.FullName, "b", "within"), ".");
        Directory.CreateSymbolicLink(Path.Combine(buckets.FullName, "b", "round"), "round");
        File.CreateSymbolicLink(Path.Combine(buckets.FullName, "b", "file.json"), Path.Combine(_outside, "secret.json"));
        File.CreateSymbolicLink(Path.Combine(buckets.FullName, "b", "climbing.json"), "within/../../../outside/secret.json");
        _objects = new LocalObjects(new LocalCloudOptions { ObjectsDirectory = buckets.FullName });
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Outside => new()
    {
        { "/etc", "passwd" },
        { "/", "etc/passwd" },
        { "..", "outside/secret.json" },
        { "../outside", "secret.json" },
        { "b/../../outside", "secret.json" },
        { ".", "beside.json" },
        { "", "beside.json" },
        { "b", "../beside.json" },
        { "b", "../../outside/secret.json" },
        { "b", "x/../../../outside/secret.json" },
        { "b", "/etc/passwd" },
        { "b", "a.json\0" },
        { "linked", "secret.json" },
        { "b", "folder/secret.json" },
        { "b", "within/folder/secret.json" },
        { "b", "file.json" },
        { "b", "climbing.json" },
        { "b", "round/a.json" },
        { "b/within", "a.json" },
        { "b\\..", "beside.json" },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Outside))]
    public async Task Files_outside_the_bucket_are_neither_read_nor_written(string bucket, string key)
    {
        var read = await Assert.ThrowsAsync<StatesErrorException>(async () => await _objects.ReadAsync(bucket, key, "Error", CancellationToken));
        Assert.Contains("is outside the bucket", read.Cause, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StatesErrorException>(async () => await _objects.WriteAsync(bucket, key, "[2]"u8.ToArray(), "Error", CancellationToken));
        Assert.Equal("[1]", await File.ReadAllTextAsync(Path.Combine(_outside, "secret.json"), CancellationToken));
        Assert.Single(Directory.GetFiles(_outside));
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("within/a.json")]
    [InlineData("new/../a.json")]
    public async Task Files_inside_the_bucket_are_read(string key) =>
        Assert.Equal("[1]"u8.ToArray(), await _objects.ReadAsync("b", key, "Error", CancellationToken));

    [Fact]
    public void Listing_does_not_follow_links() => Assert.Equal(["a.json"], _objects.List("b", "", "Error").Select(entry => entry.Key));

    [Theory]
    [InlineData("..")]
    [InlineData("/etc")]
    [InlineData("linked")]
    public void Listing_does_not_leave_the_bucket(string bucket) => Assert.Throws<StatesErrorException>(() => _objects.List(bucket, "", "Error"));

    [Fact]
    public async Task The_folder_of_all_buckets_may_be_a_link()
    {
        var link = Path.Combine(_folder.FullName, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_folder.FullName, "s3"));
        var objects = new LocalObjects(new LocalCloudOptions { ObjectsDirectory = link });
        Assert.Equal("[1]"u8.ToArray(), await objects.ReadAsync("b", "a.json", "Error", CancellationToken));
        await objects.WriteAsync("b", "deep/er.json", "[3]"u8.ToArray(), "Error", CancellationToken);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "s3", "b", "deep", "er.json")));
    }
}
