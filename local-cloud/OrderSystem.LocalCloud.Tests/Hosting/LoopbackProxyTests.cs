using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public class LoopbackProxyTests
{
    [Theory]
    [InlineData(null, "localhost,127.0.0.1,[::1]")]
    [InlineData("", "localhost,127.0.0.1,[::1]")]
    [InlineData(".example.com, 127.0.0.1", ".example.com,127.0.0.1,localhost,[::1]")]
    public void The_loopback_addresses_are_added_to_existing_proxy_exemptions(string? exempted, string expected) => Assert.Equal(expected, LoopbackProxy.Exempt(exempted));
}
