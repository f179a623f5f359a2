using System.Globalization;
using OrderSystem.AppHost.Aws;
using OrderSystem.AppHost.DynamoDb;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.Standalone;

/// <summary>Which processes each cloud is made of at the desk.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="progress">Told when something is being fetched.</param>
public sealed class Composition(AppHostOptions options, Action<string> progress)
{
    private readonly Ports _ports = options.Ports;

    /// <summary>A person is watching: a second's delay instead of the exporters' five and sixty.</summary>
    private readonly Dictionary<string, string> _telemetry = options.NoDashboard ? [] : new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{options.Ports.OtlpGrpc}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    /// <summary>Everything in the API's process.</summary>
    /// <param name="data">The folder it keeps everything in.</param>
    public IReadOnlyList<Resource> Embedded(string data) => [Api(Pipeline.EmbeddedEnvironment(data), waitFor: [])];

    /// <summary>The API, on a stack in AWS.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="session">How to reach it.</param>
    public IReadOnlyList<Resource> Aws(AwsStack stack, AwsSession session) =>
        [Api(new Dictionary<string, string>(Pipeline.StackEnvironment(stack.TablePrefix).Concat(session.Environment)) { ["AWS_REGION"] = stack.Region }, waitFor: [])];

    /// <summary>AWS's services and the functions in processes of their own.</summary>
    /// <exception cref="MissingToolException">DynamoDB Local can't run here.</exception>
    public async Task<IReadOnlyList<Resource>> LocalAsync(CancellationToken cancellationToken)
    {
        var dynamoDb = $"http://127.0.0.1:{_ports.DynamoDb}";
        var localCloud = $"http://127.0.0.1:{_ports.LocalCloud}";
        var aws = Pipeline.AwsEnvironment(dynamoDb, localCloud);
        var functions = Pipeline.FunctionEnvironment($"127.0.0.1:{_ports.LocalCloud}");
        List<string> localCloudArguments =
            ["--port", _ports.LocalCloud.ToString(CultureInfo.InvariantCulture), "--template", Pipeline.TemplatePath];
        if (options.DataDirectory is not null)
            localCloudArguments.AddRange(["--data", Path.Combine(options.DataDirectory, "local-cloud")]);
        return
        [
            new("dynamodb", await DynamoDbCommandAsync(cancellationToken))
            {
                Health = new HealthCheck(new Uri(dynamoDb), Status: 400),
                Essential = true,
            },
            new("local-cloud", ProjectCommand("LocalCloud", localCloudArguments))
            {
                Environment = Service("local-cloud", aws),
                Health = new HealthCheck(new Uri($"{localCloud}/health")),
                WaitFor = ["dynamodb"],
            },
            new("processor", ProjectCommand("Processor")) { Environment = Service("processor", aws, functions), WaitFor = ["local-cloud"] },
            new("workflow", ProjectCommand("Workflow")) { Environment = Service("workflow", aws, functions), WaitFor = ["local-cloud"] },
            Api(aws, waitFor: ["local-cloud"]),
        ];
    }

    /// <summary>The dashboard.</summary>
    /// <exception cref="MissingToolException">npm is missing, or has no dashboard for this platform.</exception>
    public async Task<Resource> DashboardAsync(CancellationToken cancellationToken) => new("dashboard", await Dashboard.CommandAsync(_ports, progress, cancellationToken))
    {
        Health = new HealthCheck(new Uri($"http://localhost:{_ports.Dashboard}/api/telemetry/resources")),
    };

    private Resource Api(IReadOnlyDictionary<string, string> cloud, IReadOnlyList<string> waitFor) => new("api", ProjectCommand("Api"))
    {
        Environment = Service("api", cloud, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://localhost:{_ports.Api}" }),
        Health = new HealthCheck(new Uri($"http://localhost:{_ports.Api}/health")),
        WaitFor = waitFor,
    };

    private async Task<Command> DynamoDbCommandAsync(CancellationToken cancellationToken)
    {
        var data = options.DataDirectory is null ? null : Directory.CreateDirectory(Path.Combine(options.DataDirectory, "dynamodb")).FullName;
        return await DynamoDbLocal.HasDockerAsync(cancellationToken)
            ? DynamoDbLocal.DockerCommand(_ports.DynamoDb, data)
            : await DynamoDbLocal.JavaCommandAsync(_ports.DynamoDb, data, progress, cancellationToken);
    }

    /// <summary>The build leaves each project's output beside ours, in the same configuration.</summary>
    private static Command ProjectCommand(string project, params IEnumerable<string> arguments)
    {
        var output = AppContext.BaseDirectory.Replace(
            $"{Path.DirectorySeparatorChar}OrderSystem.AppHost{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}{(project == "LocalCloud" ? $"local-cloud{Path.DirectorySeparatorChar}" : "")}OrderSystem.{project}{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);
        return new Command("dotnet", ["exec", Path.Combine(output, $"OrderSystem.{project}.dll"), .. arguments], Path.Combine(Pipeline.Root, $"OrderSystem.{project}"));
    }

    private Dictionary<string, string> Service(string name, params IEnumerable<IReadOnlyDictionary<string, string>> parts) =>
        parts.Append(_telemetry).SelectMany(part => part).Append(new("OTEL_SERVICE_NAME", name)).ToDictionary();
}
