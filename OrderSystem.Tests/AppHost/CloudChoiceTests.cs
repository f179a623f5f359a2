using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public sealed class CloudChoiceTests
{
    private readonly List<string> _said = [];

    [Theory]
    [InlineData(Cloud.Local)]
    [InlineData(Cloud.Embedded)]
    public async Task Takes_the_cloud_that_was_asked_for_whatever_is_installed(Cloud asked)
    {
        Assert.Equal(asked, await CloudChoice.MakeAsync(asked, _said.Add, () => throw new InvalidOperationException("not asked")));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Takes_the_local_cloud_where_it_can_run()
    {
        Assert.Equal(Cloud.Local, await CloudChoice.MakeAsync(null, _said.Add, () => Task.FromResult(true)));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Falls_back_to_the_embedded_cloud_with_one_sentence_that_says_why()
    {
        Assert.Equal(Cloud.Embedded, await CloudChoice.MakeAsync(null, _said.Add, () => Task.FromResult(false)));
        Assert.Contains("Java 17", Assert.Single(_said), StringComparison.Ordinal);
    }
}
