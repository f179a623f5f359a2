using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using OrderSystem.LocalCloud.Hosting.DynamoDB;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Tests.Hosting;

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
    public async Task Connections_through_non_loopback_addresses_are_refused()
    {
        var addresses = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), CancellationToken)).Where(address => !IPAddress.IsLoopback(address)).ToList();
        foreach (var address in addresses)
        {
            using var connection = new TcpClient(address.AddressFamily);
            await Assert.ThrowsAnyAsync<SocketException>(() => connection.ConnectAsync(address, dynamoDb.Endpoint.Port, CancellationToken).AsTask());
        }
    }

    [Theory]
    [InlineData("localhost:8000", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("dynamodb.dev.localhost:8000", true)]
    [InlineData("127.0.0.1:8000", true)]
    [InlineData("[::1]:8000", true)]
    [InlineData("evil.example:8000", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("192.168.1.7:8000", false)]
    public async Task Only_loopback_names_are_served(string host, bool isServed)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, dynamoDb.Endpoint) { Content = new StringContent("{}") };
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(isServed, !answer.Contains("InvalidHostException", StringComparison.Ordinal));
        Assert.Equal(isServed, answer.Contains("dynamodb", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Split_requests_and_broken_connections_do_not_block_others()
    {
        for (var i = 0; i < 20; i++)
        {
            using var broken = new TcpClient();
            await broken.ConnectAsync(IPAddress.Loopback, dynamoDb.Endpoint.Port, CancellationToken);
            await broken.GetStream().WriteAsync("POST / HTTP/1.1\r\nHo"u8.ToArray(), CancellationToken);
        }

        using var pieces = new TcpClient { NoDelay = true };
        await pieces.ConnectAsync(IPAddress.Loopback, dynamoDb.Endpoint.Port, CancellationToken);
        foreach (var piece in new[] { "GET / HT", "TP/1.1\r", "\nHost: loc", "alhost\r\n\r", "\n" })
            await pieces.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(piece), CancellationToken);
        var answer = new byte[12];
        await pieces.GetStream().ReadExactlyAsync(answer, CancellationToken);
        Assert.Equal("HTTP/1.1 400"u8.ToArray(), answer);
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
        Assert.Equal(4, written.Length);
        var content = File.ReadAllBytes(written[0].FullName);
        File.WriteAllBytes(written[0].FullName, content[..10]);
        LoopbackSockets.JavaArguments(cache.FullName);
        Assert.Equal(content, File.ReadAllBytes(written[0].FullName));
        cache.Delete(recursive: true);
    }

    [Fact]
    public async Task The_classes_match_their_sources()
    {
        var (exitCode, version) = await Tool.RunAsync("javac", ["-version"], CancellationToken);
        Assert.SkipUnless(exitCode == 0 && version.StartsWith("javac 17.", StringComparison.Ordinal), "javac 17 is not installed. Other versions generate different class files.");
        var sources = Path.Combine(Path.GetDirectoryName(SourcePath())!, "..", "..", "OrderSystem.LocalCloud.Hosting", "DynamoDB", "Java", "ordersystem");
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
