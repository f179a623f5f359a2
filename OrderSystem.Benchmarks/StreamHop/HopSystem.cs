using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.AppHost.DynamoDb;
using OrderSystem.LocalCloud;
using OrderSystem.LocalCloud.DynamoDb;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary>DynamoDB Local as its own process; the local cloud and the process that serves the function in this one.</summary>
internal sealed class HopSystem : IAsyncDisposable
{
    private const string Template = """
        Resources:
          Table:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Hop
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
              KeySchema: [{ AttributeName: id, KeyType: HASH }]
              StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
          Function:
            Type: AWS::Lambda::Function
            Properties: { FunctionName: consume, Handler: Consume, Timeout: 60 }
        """;

    private readonly Process _dynamoDb;
    private readonly LocalCloudHost _host;
    private readonly string _template;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private HopSystem(Process dynamoDb, LocalCloudHost host, DynamoDbClient tables, string template)
    {
        (_dynamoDb, _host, Tables, _template) = (dynamoDb, host, tables, template);
        _client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = host.Address, Timeout = Timeout.InfiniteTimeSpan };
        _serving = ServeAsync();
    }

    /// <summary>DynamoDB, with the client that the mapping reads through.</summary>
    public DynamoDbClient Tables { get; }

    /// <summary>Called as the handler is entered, with the event.</summary>
    public Action<byte[]> Entered { get; set; } = _ => { };

    public static async Task<HopSystem> StartAsync(CancellationToken cancellationToken)
    {
        var port = FreePort();
        var command = await DynamoDbLocal.JavaCommandAsync(port, null, Console.WriteLine, cancellationToken);
        var process = Process.Start(new ProcessStartInfo(command.FileName, command.Arguments) { WorkingDirectory = command.WorkingDirectory, RedirectStandardOutput = true, UseShellExecute = false })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var template = Path.GetTempFileName();
        await File.WriteAllTextAsync(template, Template, cancellationToken);
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = new Uri($"http://127.0.0.1:{port}"), TemplatePath = template };
        var host = await LocalCloudHost.StartAsync(options, cancellationToken);
        return new HopSystem(process, host, new DynamoDbClient(options), template);
    }

    /// <summary>Maps the stream to the function.</summary>
    public async Task<string> MapAsync(string startingPosition, int batchSize, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["FunctionName"] = "consume",
            ["EventSourceArn"] = await StreamAsync(cancellationToken),
            ["StartingPosition"] = startingPosition,
            ["BatchSize"] = batchSize,
        };
        using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("/2015-03-31/event-source-mappings/", content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["UUID"]!;
    }

    public async Task UnmapAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await _client.DeleteAsync($"/2015-03-31/event-source-mappings/{id}", cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Writes an item that says when it was written.</summary>
    /// <returns>When the answer came.</returns>
    public async Task<long> PutAsync(string id, CancellationToken cancellationToken)
    {
        await Tables.CallAsync("PutItem", new JsonObject
        {
            ["TableName"] = "Hop",
            ["Item"] = new JsonObject
            {
                ["id"] = new JsonObject { ["S"] = id },
                ["at"] = new JsonObject { ["N"] = Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture) },
                ["body"] = new JsonObject { ["S"] = new string('x', 400) },
            },
        }, cancellationToken);
        return Stopwatch.GetTimestamp();
    }

    public async Task<string> StreamAsync(CancellationToken cancellationToken)
    {
        var table = await Tables.CallAsync("DescribeTable", new JsonObject { ["TableName"] = "Hop" }, cancellationToken);
        return (string)table["Table"]!["LatestStreamArn"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        await _host.DisposeAsync();
        Tables.Dispose();
        _dynamoDb.Kill(entireProcessTree: true);
        await _dynamoDb.WaitForExitAsync(CancellationToken.None);
        _dynamoDb.Dispose();
        _stop.Dispose();
        File.Delete(_template);
    }

    private async Task ServeAsync()
    {
        var answer = "{}"u8.ToArray();
        while (true)
        {
            using var next = await _client.GetAsync("/consume/2018-06-01/runtime/invocation/next", _stop.Token);
            var @event = await next.Content.ReadAsByteArrayAsync(_stop.Token);
            Entered(@event);
            using var content = new ByteArrayContent(answer);
            using var accepted = await _client.PostAsync(
                $"/consume/2018-06-01/runtime/invocation/{next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").First()}/response", content, _stop.Token);
        }
    }

    /// <summary>Each record's id.</summary>
    public static List<string> Ids(byte[] @event)
    {
        using var document = JsonDocument.Parse(@event);
        return [.. document.RootElement.GetProperty("Records").EnumerateArray()
            .Select(record => record.GetProperty("dynamodb").GetProperty("Keys").GetProperty("id").GetProperty("S").GetString()!)];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
