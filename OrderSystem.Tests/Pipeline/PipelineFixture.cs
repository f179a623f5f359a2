using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderSystem.LocalCloud.Hosting;

namespace OrderSystem.Tests.Pipeline;

/// <summary>Runs the AppHost on Aspire's test host: real processes on free ports, without the dashboard.</summary>
public sealed class PipelineFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly RecordingLogger _log = new();
    private DistributedApplication? _app;

    /// <summary>The running application.</summary>
    public DistributedApplication App => _app!;

    /// <summary>A client of the HTTP API.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>The telemetry that the processes export.</summary>
    public OtlpReceiver Telemetry { get; private set; } = null!;

    /// <summary>LocalCloud's address.</summary>
    public string LocalCloud { get; private set; } = "";

    /// <summary>DynamoDB Local's address.</summary>
    public string DynamoDb { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Telemetry = await OtlpReceiver.StartAsync(cancellationToken);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrderSystem_AppHost>(["--cloud", "local"], cancellationToken);
        builder.Services.AddLogging(logging => logging.AddProvider(new RecordingLoggerProvider(_log)));
        foreach (var resource in builder.Resources.Where(resource => resource is ProjectResource or LocalCloudResource).Cast<IResourceWithEnvironment>())
            SendTelemetry(builder.CreateResourceBuilder(resource));
        _app = await builder.BuildAsync(cancellationToken);
        await _app.StartAsync(cancellationToken);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("api", cancellationToken).WaitAsync(Patience, TimeProvider.System, cancellationToken);
        LocalCloud = _app.GetEndpoint("local-cloud").GetLeftPart(UriPartial.Authority);
        DynamoDb = _app.GetEndpoint("dynamodb").GetLeftPart(UriPartial.Authority);
        // Without a propagator, the client sends no trace headers. Otherwise, another test's instrumentation, which affects
        // every client of this process, would add its own traceparent.
        Api = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = _app.GetEndpoint("api") };
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        Api?.Dispose();
        if (Telemetry is not null)
            await Telemetry.DisposeAsync();
    }

    /// <summary>Whether any process has logged a text.</summary>
    public bool HasSaid(string text) => _log.Entries.Any(entry => entry.Message.Contains(text, StringComparison.Ordinal));

    /// <summary>Returns the last log lines of the processes.</summary>
    public string Log() => string.Join('\n', _log.Entries.TakeLast(60).Select(entry => entry.Message));

    /// <summary>Places an order with one line.</summary>
    public Task<HttpResponseMessage> PostAsync(string orderId, string sku, int quantity, string token, CancellationToken cancellationToken) => Api.PostAsync(
        "/orders",
        new StringContent(
            $$$"""{"orderId":"{{{orderId}}}","customerId":"c-1","currency":"EUR","lines":[{"sku":"{{{sku}}}","quantity":{{{quantity}}},"unitPrice":9.95}],"payment":{"token":"{{{token}}}"}}""",
            System.Text.Encoding.UTF8,
            "application/json"),
        cancellationToken);

    /// <summary>Waits until an order is completed or rejected, and returns the order.</summary>
    /// <exception cref="TimeoutException">
    /// The order was neither completed nor rejected in time. The message contains the last log lines of the processes.
    /// </exception>
    public Task<JsonElement> EndOfAsync(string orderId, CancellationToken cancellationToken) => EventuallyAsync(
        () => $"the end of {orderId}",
        async () => await GetAsync($"/orders/{orderId}", cancellationToken) is var order && order.GetProperty("status").GetString() is "Completed" or "Rejected" ? order : (JsonElement?)null,
        cancellationToken);

    /// <summary>Calls a function repeatedly until it returns a result.</summary>
    /// <exception cref="TimeoutException">
    /// The function returned no result in time. The message contains the last log lines of the processes.
    /// </exception>
    public async Task<T> EventuallyAsync<T>(Func<string> what, Func<Task<T?>> ask, CancellationToken cancellationToken)
        where T : struct
    {
        for (var asked = 0; asked < 1200; asked++)
        {
            if (await ask() is { } answer)
                return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        throw new TimeoutException($"Timed out waiting for {what()}. The last log lines of the processes:\n{Log()}");
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => Api.GetFromJsonAsync<JsonElement>(path, cancellationToken);

    /// <summary>Returns the kinds of an order's ledger entries, such as <c>charge</c>.</summary>
    public async Task<string[]> LedgerAsync(string orderId, CancellationToken cancellationToken) =>
        [.. (await GetAsync($"/orders/{orderId}/payments", cancellationToken)).GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("entry").GetString()!)];

    public async Task<int> StockAsync(string sku, CancellationToken cancellationToken) =>
        (await GetAsync($"/inventory/{sku}", cancellationToken)).GetProperty("available").GetInt32();

    /// <summary>Finds the process that runs a project for this AppHost, by the LocalCloud address in its environment.</summary>
    public Process Child(string project) => Find($"OrderSystem.{project}.dll", (_, environment) => environment.Contains($"AWS_ENDPOINT_URL={LocalCloud}"));

    /// <summary>Finds LocalCloud's process by its port.</summary>
    public Process LocalCloudProcess() => Find("OrderSystem.LocalCloud.dll", (command, _) => command.Contains(new Uri(LocalCloud).Port.ToString(CultureInfo.InvariantCulture)));

    private Process Find(string program, Func<string[], string[], bool> matches)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
                if (command is [var dotnet, "exec", ..] && Path.GetFileName(dotnet) == "dotnet" && command.Any(word => Path.GetFileName(word) == program)
                    && matches(command, File.ReadAllText(Path.Combine(folder, "environ")).Split('\0')))
                {
                    return Process.GetProcessById(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has exited in the meantime, or belongs to another user.
            }
        }

        throw new InvalidOperationException($"{program} is not running:\n{Log()}");
    }

    private void SendTelemetry(IResourceBuilder<IResourceWithEnvironment> resource) => resource.WithEnvironment(context =>
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Endpoint;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        // An exporter drops spans if its receiver is slow. Use a large queue of spans, because other tests keep the machine busy.
        variables["OTEL_BSP_MAX_QUEUE_SIZE"] = "65536";
        variables["OTEL_BSP_EXPORT_TIMEOUT"] = "120000";
        variables["OTEL_EXPORTER_OTLP_TIMEOUT"] = "120000";
    });
}
