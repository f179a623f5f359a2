using System.Diagnostics;
using System.Globalization;
using OrderSystem.AppHost.DynamoDb;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.Standalone;

/// <summary>The pipeline as plain processes under one process host, for machines whose NuGet feed has no Aspire.</summary>
public static class StandaloneAppHost
{
    /// <summary>Runs the pipeline until cancelled.</summary>
    /// <returns>0, or 1 where the pipeline could not be brought up or kept up; the console says why.</returns>
    public static async Task<int> RunAsync(AppHostOptions options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var log = new ConsoleLog(Console.Out, options.Quiet);
        try
        {
            var cloud = await CloudChoice.MakeAsync(options, log.Say, cancellationToken);
            options.Ports.Check(cloud, withDashboard: !options.NoDashboard);
            if (cloud == Cloud.Embedded)
                options = await WithDashboardIfThereAsync(options, log.Say, cancellationToken);

            using var embedded = cloud == Cloud.Embedded ? new EmbeddedData(options) : null;
            var resources = await ComposeAsync(options, embedded?.Folder, log.Say, cancellationToken);
            await using var host = new ResourceHost(resources, log, TimeProvider.System);
            await host.StartAsync(cancellationToken);

            using var api = new HttpClient { BaseAddress = ApiAddress(options.Ports) };
            await Catalogue.SeedAsync(api, cancellationToken);
            log.Say(Announcement.Text(options, cloud, Stopwatch.GetElapsedTime(started)));
            await host.RunAsync(cancellationToken);
            log.Say("Stopping ...");
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is ResourceFailedException or PortUnavailableException or MissingToolException or HttpRequestException)
        {
            log.Say(e.Message);
            return 1;
        }
    }

    private static Uri ApiAddress(Ports ports) => new($"http://localhost:{ports.Api}");

    private static async Task<List<Resource>> ComposeAsync(AppHostOptions options, string? embedded, Action<string> progress, CancellationToken cancellationToken)
    {
        var ports = options.Ports;
        var telemetry = options.NoDashboard ? new Dictionary<string, string>() : new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{ports.OtlpGrpc}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            // A person is watching: a second's delay instead of the exporters' five and sixty.
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        };

        List<Resource> resources = embedded is not null
            ? [Api(ports, Pipeline.EmbeddedEnvironment(embedded), telemetry, waitFor: [])]
            : await ComposeLocalAsync(options, telemetry, progress, cancellationToken);
        if (!options.NoDashboard)
        {
            resources.Add(new("dashboard", await Dashboard.CommandAsync(ports, progress, cancellationToken))
            {
                Health = new HealthCheck(new Uri($"http://localhost:{ports.Dashboard}/api/telemetry/resources")),
            });
        }

        return resources;
    }

    /// <summary>The embedded cloud needs nothing but .NET; the dashboard needs npm, once.</summary>
    private static async Task<AppHostOptions> WithDashboardIfThereAsync(AppHostOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        if (options.NoDashboard)
            return options;
        try
        {
            await Dashboard.CommandAsync(options.Ports, say, cancellationToken);
            return options;
        }
        catch (MissingToolException e)
        {
            say($"Without the dashboard: {e.Message}");
            return options with { NoDashboard = true };
        }
    }

    private static async Task<List<Resource>> ComposeLocalAsync(
        AppHostOptions options, Dictionary<string, string> telemetry, Action<string> progress, CancellationToken cancellationToken)
    {
        var ports = options.Ports;
        var dynamoDb = $"http://127.0.0.1:{ports.DynamoDb}";
        var localCloud = $"http://127.0.0.1:{ports.LocalCloud}";
        var aws = Pipeline.AwsEnvironment(dynamoDb, localCloud);
        var functions = Pipeline.FunctionEnvironment($"127.0.0.1:{ports.LocalCloud}");
        List<string> localCloudArguments =
            ["--port", ports.LocalCloud.ToString(CultureInfo.InvariantCulture), "--template", Pipeline.TemplatePath];
        if (options.DataDirectory is not null)
            localCloudArguments.AddRange(["--data", Path.Combine(options.DataDirectory, "local-cloud")]);
        return
        [
            new("dynamodb", await DynamoDbCommandAsync(options, progress, cancellationToken))
            {
                Health = new HealthCheck(new Uri(dynamoDb), Status: 400),
                Essential = true,
            },
            new("local-cloud", ProjectCommand("LocalCloud", localCloudArguments))
            {
                Environment = Merge("local-cloud", aws, telemetry),
                Health = new HealthCheck(new Uri($"{localCloud}/health")),
                WaitFor = ["dynamodb"],
            },
            new("processor", ProjectCommand("Processor")) { Environment = Merge("processor", aws, functions, telemetry), WaitFor = ["local-cloud"] },
            new("workflow", ProjectCommand("Workflow")) { Environment = Merge("workflow", aws, functions, telemetry), WaitFor = ["local-cloud"] },
            Api(ports, aws, telemetry, waitFor: ["local-cloud"]),
        ];
    }

    private static Resource Api(Ports ports, IReadOnlyDictionary<string, string> cloud, Dictionary<string, string> telemetry, IReadOnlyList<string> waitFor) => new("api", ProjectCommand("Api"))
    {
        Environment = Merge("api", cloud, telemetry, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://localhost:{ports.Api}" }),
        Health = new HealthCheck(new Uri(ApiAddress(ports), "/health")),
        WaitFor = waitFor,
    };

    private static async Task<Command> DynamoDbCommandAsync(AppHostOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        var data = options.DataDirectory is null ? null : Directory.CreateDirectory(Path.Combine(options.DataDirectory, "dynamodb")).FullName;
        return await DynamoDbLocal.HasDockerAsync(cancellationToken)
            ? DynamoDbLocal.DockerCommand(options.Ports.DynamoDb, data)
            : await DynamoDbLocal.JavaCommandAsync(options.Ports.DynamoDb, data, progress, cancellationToken);
    }

    /// <summary>The build leaves each project's output beside ours, in the same configuration.</summary>
    private static Command ProjectCommand(string project, params IEnumerable<string> arguments)
    {
        var output = AppContext.BaseDirectory.Replace(
            $"{Path.DirectorySeparatorChar}OrderSystem.AppHost{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}OrderSystem.{project}{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);
        return new Command("dotnet", ["exec", Path.Combine(output, $"OrderSystem.{project}.dll"), .. arguments], Path.Combine(Pipeline.Root, $"OrderSystem.{project}"));
    }

    private static Dictionary<string, string> Merge(string service, params IReadOnlyDictionary<string, string>[] parts) =>
        parts.SelectMany(part => part).Append(new("OTEL_SERVICE_NAME", service)).ToDictionary();
}
