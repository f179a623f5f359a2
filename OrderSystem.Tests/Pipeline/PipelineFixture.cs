using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrderSystem.Tests.Pipeline;

/// <summary>The whole pipeline, as the AppHost runs it: five real processes on free ports, without the dashboard.</summary>
public sealed partial class PipelineFixture : IAsyncLifetime
{
    private const int SigTerm = 15;

    private readonly List<string> _log = [];
    private Process? _appHost;

    /// <summary>A client of the HTTP API.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>What the processes export.</summary>
    public OtlpReceiver Telemetry { get; private set; } = null!;

    /// <summary>LocalCloud's address.</summary>
    public string LocalCloud { get; private set; } = "";

    /// <summary>DynamoDB Local's address.</summary>
    public string DynamoDb { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Telemetry = await OtlpReceiver.StartAsync(cancellationToken);
        var (api, localCloud, dynamoDb) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        // Another test's instrumentation, which sees every client of this process, would put its own traceparent on a request.
        Api = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri($"http://localhost:{api}") };
        LocalCloud = $"http://127.0.0.1:{localCloud}";
        DynamoDb = $"http://127.0.0.1:{dynamoDb}";

        var appHost = Repository.Assembly("OrderSystem.AppHost");
        var start = new ProcessStartInfo("dotnet", ["exec", appHost, "--no-dashboard", "--port", $"api={api}", "--port", $"local-cloud={localCloud}", "--port", $"dynamodb={dynamoDb}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Endpoint;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        // An exporter drops spans when its receiver is slow; here the tests beside it keep the machine busy.
        start.Environment["OTEL_BSP_MAX_QUEUE_SIZE"] = "65536";
        start.Environment["OTEL_BSP_EXPORT_TIMEOUT"] = "120000";
        start.Environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "120000";

        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _appHost = new Process { StartInfo = start, EnableRaisingEvents = true };
        _appHost.OutputDataReceived += (_, line) => Hear(line.Data, up);
        _appHost.ErrorDataReceived += (_, line) => Hear(line.Data, up);
        _appHost.Exited += (_, _) => up.TrySetException(new InvalidOperationException("The AppHost ended:\n" + Log()));
        _appHost.Start();
        _appHost.BeginOutputReadLine();
        _appHost.BeginErrorReadLine();
        await up.Task.WaitAsync(TimeSpan.FromMinutes(3), TimeProvider.System, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_appHost is { HasExited: false })
        {
            _ = Kill(_appHost.Id, SigTerm);
            await _appHost.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None);
        }

        _appHost?.Dispose();
        Api?.Dispose();
        if (Telemetry is not null)
            await Telemetry.DisposeAsync();
    }

    /// <summary>Whether any process said this, ever.</summary>
    public bool HasSaid(string text)
    {
        lock (_log)
            return _log.Any(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>What the processes said last.</summary>
    public string Log()
    {
        lock (_log)
            return string.Join('\n', _log.TakeLast(60));
    }

    /// <summary>Posts an order.</summary>
    public Task<HttpResponseMessage> PostAsync(string orderId, string sku, int quantity, string token, CancellationToken cancellationToken) => Api.PostAsync(
        "/orders",
        new StringContent(
            $$$"""{"orderId":"{{{orderId}}}","customerId":"c-1","currency":"EUR","lines":[{"sku":"{{{sku}}}","quantity":{{{quantity}}},"unitPrice":9.95}],"payment":{"token":"{{{token}}}"}}""",
            System.Text.Encoding.UTF8,
            "application/json"),
        cancellationToken);

    /// <summary>Reads an order until it has come to an end.</summary>
    /// <exception cref="TimeoutException">It doesn't end; the message tells what the processes said.</exception>
    public Task<JsonElement> EndOfAsync(string orderId, CancellationToken cancellationToken) => EventuallyAsync(
        () => $"the end of {orderId}",
        async () => await GetAsync($"/orders/{orderId}", cancellationToken) is var order && order.GetProperty("status").GetString() is "Completed" or "Rejected" ? order : (JsonElement?)null,
        cancellationToken);

    /// <summary>Asks until there is an answer.</summary>
    /// <exception cref="TimeoutException">There is none; the message tells what the processes said.</exception>
    public async Task<T> EventuallyAsync<T>(Func<string> what, Func<Task<T?>> ask, CancellationToken cancellationToken)
        where T : struct
    {
        for (var asked = 0; asked < 1200; asked++)
        {
            if (await ask() is { } answer)
                return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException($"Waited in vain for {what()}. The processes said:\n{Log()}");
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => Api.GetFromJsonAsync<JsonElement>(path, cancellationToken);

    /// <summary>The entries of an order's ledger, such as <c>charge</c>.</summary>
    public async Task<string[]> LedgerAsync(string orderId, CancellationToken cancellationToken) =>
        [.. (await GetAsync($"/orders/{orderId}/payments", cancellationToken)).GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("entry").GetString()!)];

    public async Task<int> StockAsync(string sku, CancellationToken cancellationToken) =>
        (await GetAsync($"/inventory/{sku}", cancellationToken)).GetProperty("available").GetInt32();

    /// <summary>The process that runs a project for this AppHost, whichever flavour started it: it is told where this LocalCloud is.</summary>
    public Process Child(string project)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0').Any(word => Path.GetFileName(word) is var program && (program == $"OrderSystem.{project}" || program == $"OrderSystem.{project}.dll"))
                    && File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains($"AWS_ENDPOINT_URL={LocalCloud}"))
                {
                    return Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or is another user's.
            }
        }

        throw new InvalidOperationException($"{project} is not running:\n{Log()}");
    }

    private void Hear(string? line, TaskCompletionSource up)
    {
        if (line is null)
            return;
        lock (_log)
            _log.Add(line);
        if (line.Contains("The pipeline is up", StringComparison.Ordinal))
            up.TrySetResult();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
