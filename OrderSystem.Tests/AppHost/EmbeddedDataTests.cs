using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public sealed class EmbeddedDataTests
{
    [Fact]
    public void A_folder_that_nobody_asked_for_is_gone_in_the_end()
    {
        string folder;
        using (var data = new EmbeddedData(new AppHostOptions()))
        {
            folder = data.Folder;
            File.WriteAllText(Path.Combine(folder, "orders.db"), "");
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void The_folder_that_was_asked_for_stays()
    {
        var asked = Directory.CreateTempSubdirectory("order-system-tests-");
        using (var data = new EmbeddedData(new AppHostOptions { DataDirectory = asked.FullName }))
            File.WriteAllText(Path.Combine(data.Folder, "orders.db"), "");
        Assert.True(File.Exists(Path.Combine(asked.FullName, "embedded", "orders.db")));
        asked.Delete(recursive: true);
    }
}
