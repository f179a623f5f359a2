using System.Net;
using System.Net.Sockets;
using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public sealed class PortsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    public void A_port_in_use_is_named_with_what_to_do(string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !address.Contains(':', StringComparison.Ordinal), "This machine has no IPv6.");
        using var holder = new TcpListener(IPAddress.Parse(address), 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var failure = Assert.Throws<PortUnavailableException>(() => (Free() with { Api = port }).Check(Cloud.Local, withDashboard: true));
        Assert.Equal($"Port {port}, which api needs, is in use: stop the program that holds it, or move ours with --port api=NUMBER.", failure.Message);
    }

    [Fact]
    public void One_port_cannot_be_given_twice()
    {
        var ports = Free();
        var failure = Assert.Throws<PortUnavailableException>(() => (ports with { DynamoDb = ports.LocalCloud }).Check(Cloud.Local, withDashboard: true));
        Assert.Equal($"Port {ports.LocalCloud} is given to both local-cloud and dynamodb: move one of them, as --port dynamodb=NUMBER.", failure.Message);
    }

    [Fact]
    public void A_port_that_nothing_will_listen_on_may_be_in_use()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        (Free() with { Dashboard = port }).Check(Cloud.Local, withDashboard: false);
        (Free() with { LocalCloud = port }).Check(Cloud.Embedded, withDashboard: true);
    }

    private static Ports Free() => new()
    {
        Api = FreePort.Next(),
        LocalCloud = FreePort.Next(),
        DynamoDb = FreePort.Next(),
        Dashboard = FreePort.Next(),
        OtlpGrpc = FreePort.Next(),
        OtlpHttp = FreePort.Next(),
    };
}
