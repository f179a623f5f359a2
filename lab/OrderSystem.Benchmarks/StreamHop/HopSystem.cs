using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Hosting.DynamoDB;

namespace OrderSystem.Benchmarks.StreamHop;

/// <summary>
/// Runs DynamoDB Local and LocalCloud, each in its own process. The function runs in the benchmark's process.
/// </summary>
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
    private readonly Process _localCloud;
    private readonly string _template;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private HopSystem(Process dynamoDb, Process localCloud, Uri localCloudAddress, DynamoDbClient tables, string template)
    {
        (_dynamoDb, _localCloud, Tables, _template) = (dynamoDb, localCloud, tables, template);
        _client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = localCloudAddress, Timeout = Timeout.InfiniteTimeSpan };
        _serving = ServeAsync();
    }

    /// <summary>A client of DynamoDB Local.</summary>
    public DynamoDbClient Tables { get; }

    /// <summary>The handler that is called with each event that the function receives.</summary>
    public Action<byte[]> Entered { get; set; } = _ => { };

    public static async Task<HopSystem> StartAsync(CancellationToken cancellationToken)
    {
        var (dynamoDbPort, localCloudPort) = (FreePort(), FreePort());
        var command = await DynamoDBLocal.JavaCommandAsync(
            dynamoDbPort, null, package => Console.WriteLine($"Downloading {package.Name} {package.Version}; later runs use the cached copy."), cancellationToken);
        var dynamoDb = Start(new ProcessStartInfo(command.FileName, command.Arguments) { WorkingDirectory = command.WorkingDirectory });
        var template = Path.GetTempFileName();
        await File.WriteAllTextAsync(template, Template, cancellationToken);
        var options = new LocalCloudOptions { DynamoDbEndpoint = new Uri($"http://127.0.0.1:{dynamoDbPort}") };
        var program = Path.Combine(AppContext.BaseDirectory, "OrderSystem.LocalCloud.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, "--port", localCloudPort.ToString(CultureInfo.InvariantCulture), "--template", template]);
        start.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = options.DynamoDbEndpoint.ToString();
        var localCloud = Start(start);
        var address = new Uri($"http://127.0.0.1:{localCloudPort}");
        await AnswersAsync(address, cancellationToken);
        return new HopSystem(dynamoDb, localCloud, address, new DynamoDbClient(options), template);
    }

    /// <summary>
    /// Returns the CPU time that LocalCloud, DynamoDB Local and the benchmark's process have used so far.
    /// </summary>
    public (TimeSpan LocalCloud, TimeSpan DynamoDb, TimeSpan Function) ProcessorTime()
    {
        using var own = Process.GetCurrentProcess();
        _localCloud.Refresh();
        _dynamoDb.Refresh();
        return (_localCloud.TotalProcessorTime, _dynamoDb.TotalProcessorTime, own.TotalProcessorTime);
    }

    /// <summary>
    /// Creates an event source mapping from the table's stream to the function, and returns the mapping's UUID.
    /// </summary>
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

    /// <summary>Writes an item to the table.</summary>
    /// <returns>The time of the response, as a timestamp of <see cref="Stopwatch"/>.</returns>
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
        Tables.Dispose();
        foreach (var process in new[] { _localCloud, _dynamoDb })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _stop.Dispose();
        File.Delete(_template);
    }

    private static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task AnswersAsync(Uri localCloud, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = localCloud };
        while (true)
        {
            try
            {
                using var health = await client.GetAsync("/health", cancellationToken);
                if (health.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // LocalCloud is still starting.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
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

    /// <summary>Returns the item ids of the records in an event.</summary>
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
