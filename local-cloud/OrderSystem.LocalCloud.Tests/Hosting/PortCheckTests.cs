using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public sealed class PortCheckTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    public void Names_a_port_in_use_and_what_to_do(string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 || !address.Contains(':', StringComparison.Ordinal), "This machine does not support IPv6.");
        using var holder = new TcpListener(IPAddress.Parse(address), 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var failure = Assert.Throws<DistributedApplicationException>(() => PortCheck.Check([("local-cloud", FreePort.Next()), ("api", port)], "--port"));
        Assert.StartsWith($"Port {port} (api) is in use. Stop the program that holds it, or use another port: --port api=NUMBER.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_one_port_for_two_resources()
    {
        var port = FreePort.Next();
        var failure = Assert.Throws<DistributedApplicationException>(() => PortCheck.Check([("local-cloud", port), ("dynamodb", port)], "--port"));
        Assert.Equal($"Port {port} is assigned to both local-cloud and dynamodb. Change one of the two ports: --port dynamodb=NUMBER.", failure.Message);
    }

    [Fact]
    public void Accepts_free_ports() => PortCheck.Check([("local-cloud", FreePort.Next()), ("api", FreePort.Next())]);
}
