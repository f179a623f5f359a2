using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public class TemporaryFolderTests
{
    [Fact]
    public void A_folder_that_was_used_is_deleted_with_its_files()
    {
        string path;
        using (var folder = new TemporaryFolder("order-system-test-"))
        {
            path = folder.Path;
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(path, "below")).FullName, "orders.db"), "");
            Assert.Equal(path, folder.Path);
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void A_folder_that_was_not_used_is_not_created()
    {
        // No other test uses this prefix, so any folder with the prefix belongs to this test.
        var prefix = $"order-system-{Guid.NewGuid():N}-";
        using (new TemporaryFolder(prefix))
            Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), prefix + "*"));
    }
}
