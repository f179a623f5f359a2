using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public sealed class StagingTests : IDisposable
{
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("order-system-tests-");

    public void Dispose() => _cache.Delete(recursive: true);

    [Fact]
    public void A_staged_folder_is_moved_whole_and_leaves_nothing_else()
    {
        var place = Path.Combine(_cache.FullName, "tool-1.0");
        using (var staging = New())
        {
            File.WriteAllText(Path.Combine(staging.Folder, "tool"), "first");
            Staging.Publish(staging.Folder, place);
        }

        Assert.Equal(place, Assert.Single(Directory.GetFileSystemEntries(_cache.FullName)));
    }

    [Fact]
    public void The_first_of_two_concurrent_writers_wins()
    {
        var place = Path.Combine(_cache.FullName, "tool-1.0");
        using (var first = New())
        using (var second = New())
        {
            File.WriteAllText(Path.Combine(first.Folder, "tool"), "first");
            File.WriteAllText(Path.Combine(second.Folder, "tool"), "second");
            Staging.Publish(first.Folder, place);
            Staging.Publish(second.Folder, place);
        }

        Assert.Equal("first", File.ReadAllText(Path.Combine(place, "tool")));
        Assert.Equal(place, Assert.Single(Directory.GetFileSystemEntries(_cache.FullName)));
    }

    [Fact]
    public void Leftovers_of_a_killed_process_are_deleted_after_a_day()
    {
        using var mine = New();
        var left = Directory.CreateDirectory(Path.Combine(_cache.FullName, ".staging-left"));
        using (New(TimeSpan.FromHours(1)))
            Assert.True(Directory.Exists(left.FullName));
        using (New(TimeSpan.FromHours(25)))
            Assert.False(Directory.Exists(left.FullName));
    }

    private Staging New(TimeSpan later = default) => new(_cache.FullName, TimeProvider.System.GetUtcNow() + later);
}
