using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public sealed class CloudChoiceTests
{
    private readonly List<string> _said = [];

    [Theory]
    [InlineData(Cloud.Local)]
    [InlineData(Cloud.Embedded)]
    public async Task What_was_asked_for_is_taken_whatever_the_machine_has(Cloud asked)
    {
        Assert.Equal(asked, await CloudChoice.MakeAsync(new AppHostOptions { Cloud = asked }, _said.Add, () => throw new InvalidOperationException("not asked")));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task The_local_cloud_is_taken_where_it_can_run()
    {
        Assert.Equal(Cloud.Local, await CloudChoice.MakeAsync(new AppHostOptions(), _said.Add, () => Task.FromResult(true)));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Without_docker_and_java_it_falls_back_and_says_so()
    {
        Assert.Equal(Cloud.Embedded, await CloudChoice.MakeAsync(new AppHostOptions(), _said.Add, () => Task.FromResult(false)));
        Assert.Contains("Java 17", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embedded", Cloud.Embedded)]
    [InlineData("local", Cloud.Local)]
    public async Task The_command_line_names_the_cloud(string name, Cloud cloud)
    {
        AppHostOptions? seen = null;
        var command = AppHostOptions.CreateCommand((options, _) =>
        {
            seen = options;
            return Task.FromResult(0);
        });
        Assert.Equal(0, await command.Parse(["--cloud", name]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(cloud, seen?.Cloud);
    }
}
