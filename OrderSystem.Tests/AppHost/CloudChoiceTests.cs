using OrderSystem.AppHost;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.AppHost;

public sealed class CloudChoiceTests
{
    private readonly List<string> _said = [];

    [Theory]
    [InlineData(Cloud.Aws)]
    [InlineData(Cloud.Embedded)]
    public async Task A_requested_cloud_is_used_without_checking_the_machine(Cloud asked)
    {
        Assert.Equal(asked, await CloudChoice.MakeAsync(asked, _said.Add, () => throw new InvalidOperationException("not asked")));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_requested_local_cloud_that_cannot_run_is_refused_before_the_start()
    {
        var missing = await Assert.ThrowsAsync<MissingToolException>(() => CloudChoice.MakeAsync(Cloud.Local, _said.Add, () => Task.FromResult(false)));
        Assert.Contains("Java 17", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Cloud.Local)]
    public async Task The_local_cloud_is_used_where_it_can_run(Cloud? asked)
    {
        Assert.Equal(Cloud.Local, await CloudChoice.MakeAsync(asked, _said.Add, () => Task.FromResult(true)));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task The_embedded_cloud_is_the_fallback_with_the_reason_in_one_sentence()
    {
        Assert.Equal(Cloud.Embedded, await CloudChoice.MakeAsync(null, _said.Add, () => Task.FromResult(false)));
        Assert.Contains("Java 17", Assert.Single(_said), StringComparison.Ordinal);
    }
}
