using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using OrderSystem.LocalCloud.Hosting.Tools;
using OrderSystem.LocalCloud.Hosting.DynamoDB;

namespace OrderSystem.Tests.DynamoDb;

public class LoopbackSocketsTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public void DynamoDB_local_listens_on_the_loopback_address_only()
    {
        LoopbackSockets.ThrowIfExposed(dynamoDb.Endpoint.Port);
        Assert.Contains(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => listener.Port == dynamoDb.Endpoint.Port);
    }

    [Fact]
    public async Task Other_machines_addresses_of_this_machine_are_refused()
    {
        var addresses = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), CancellationToken)).Where(address => !IPAddress.IsLoopback(address)).ToList();
        foreach (var address in addresses)
        {
            using var connection = new TcpClient(address.AddressFamily);
            await Assert.ThrowsAnyAsync<SocketException>(() => connection.ConnectAsync(address, dynamoDb.Endpoint.Port, CancellationToken).AsTask());
        }
    }

    [Fact]
    public void A_port_on_every_address_is_reported()
    {
        using var server = new TcpListener(IPAddress.Any, 0);
        server.Start();
        var error = Assert.Throws<InvalidOperationException>(() => LoopbackSockets.ThrowIfExposed(((IPEndPoint)server.LocalEndpoint).Port));
        Assert.Contains("open to other machines", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_class_in_the_cache_is_replaced()
    {
        var cache = Directory.CreateTempSubdirectory("cache-");
        LoopbackSockets.JavaArguments(cache.FullName);
        var written = cache.GetFiles("*.class", SearchOption.AllDirectories);
        Assert.Equal(3, written.Length);
        var content = File.ReadAllBytes(written[0].FullName);
        File.WriteAllBytes(written[0].FullName, content[..10]);
        LoopbackSockets.JavaArguments(cache.FullName);
        Assert.Equal(content, File.ReadAllBytes(written[0].FullName));
        cache.Delete(recursive: true);
    }

    [Fact]
    public async Task The_classes_are_what_the_sources_compile_to()
    {
        var (exitCode, version) = await Tool.RunAsync("javac", ["-version"], CancellationToken);
        Assert.SkipUnless(exitCode == 0 && version.StartsWith("javac 17.", StringComparison.Ordinal), "javac 17 is not installed; other versions write other bytes.");
        var sources = Path.Combine(Path.GetDirectoryName(SourcePath())!, "..", "..", "local-cloud", "OrderSystem.LocalCloud.Hosting", "DynamoDB", "Java", "ordersystem");
        var output = Directory.CreateTempSubdirectory("classes-");
        var (code, complaint) = await Tool.RunAsync("javac", ["--release", "17", "-g:none", "-d", output.FullName, .. Directory.GetFiles(sources, "*.java")], CancellationToken);
        Assert.True(code == 0, complaint);
        var compiled = output.GetFiles("*.class", SearchOption.AllDirectories);
        Assert.Equal(compiled.Select(file => file.Name).Order(StringComparer.Ordinal), Directory.GetFiles(sources, "*.class").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (var file in compiled)
            Assert.Equal(await File.ReadAllBytesAsync(file.FullName, CancellationToken), await File.ReadAllBytesAsync(Path.Combine(sources, file.Name), CancellationToken));
        output.Delete(recursive: true);
    }

    private static string SourcePath([CallerFilePath] string path = "") => path;
}
