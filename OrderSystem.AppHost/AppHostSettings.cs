using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OrderSystem.AppHost.Aws;

namespace OrderSystem.AppHost;

/// <summary>
/// The AppHost's settings, from <c>appsettings.json</c>, the environment and the command line. A later source in this
/// list overrides an earlier source.
/// </summary>
public sealed record AppHostSettings
{
    /// <summary>The text that <c>--help</c> prints.</summary>
    public const string Help =
        """
        Runs the whole order pipeline on this machine: API, tables, stream, functions, workflow, dashboard.

          --cloud local|embedded|aws  local: the AWS services in their own processes; needs Docker or Java.
                                      embedded: the whole pipeline in the API's process, on SQLite.
                                      aws: the API on this machine, with a stack in AWS.
                                      Default: local if a Docker engine responds or Java 17 and npm are installed, otherwise embedded.
          --data DIR                  Keeps tables and state in this folder between runs (default: keeps nothing).
          --persistent                With Docker: DynamoDB Local's container outlives the AppHost.
          --port NAME=NUMBER          Changes a port: api, local-cloud, dynamodb, dashboard, otlp-grpc, otlp-http.
          --no-dashboard              Runs without the Aspire dashboard.
          --quiet                     Does not print the processes' logs.
          --stack NAME                With --cloud aws, and for aspire deploy: the stack (default: order-system-dev).
          --template FILE             With --cloud aws, in a build with -p:AspireHostingAws=true: creates or updates the stack from this packaged template.
          --bucket NAME               For aspire deploy: the bucket for the packages.
          --parameters FILE           For aspire deploy: the template's parameters, such as deploy/dev.parameters.
          --yes                       For aspire deploy: executes the change set without asking.

        A relative path starts at the repository's root. Each option except --yes is also a configuration key, in appsettings.json or
        the environment: OrderSystem:Cloud, OrderSystem:Data, OrderSystem:Ports:api, OrderSystem:NoDashboard and so on.
        """;

    private const string Section = "OrderSystem";
    private static readonly string[] Flags = ["--no-dashboard", "--quiet", "--persistent", "--yes"];
    private static readonly string[] Values = ["--cloud", "--data", "--stack", "--template", "--bucket", "--parameters"];
    private static readonly string[] PortNames = ["api", "local-cloud", "dynamodb", "dashboard", "otlp-grpc", "otlp-http"];

    /// <summary>The requested cloud; if null, the AppHost chooses a cloud for which the tools are installed.</summary>
    public Cloud? Cloud { get; private init; }

    /// <summary>The folder that keeps tables and state between runs; if null, nothing is kept.</summary>
    public string? Data { get; private init; }

    /// <summary>Whether DynamoDB Local's container continues to run after the AppHost exits.</summary>
    public bool Persistent { get; private init; }

    /// <summary>The name of the stack that <see cref="AppHost.Cloud.Aws"/> uses.</summary>
    public string Stack { get; private init; } = AwsStack.DefaultName;

    /// <summary>The packaged template to create or update the stack from; if null, the stack is used unchanged.</summary>
    public string? Template { get; private init; }

    /// <summary>The bucket that <c>aspire deploy</c> uploads the packages to.</summary>
    public string? Bucket { get; private init; }

    /// <summary>A file of template parameters for <c>aspire deploy</c>, such as <c>deploy/dev.parameters</c>.</summary>
    public string? ParametersFile { get; private init; }

    /// <summary>Whether <c>aspire deploy</c> executes the change set without asking.</summary>
    public bool Yes { get; private init; }

    /// <summary>The port numbers that replace the defaults, by port name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; private init; } = new Dictionary<string, int>();

    /// <summary>The options for creating Aspire's builder.</summary>
    public DistributedApplicationOptions Aspire { get; private init; } = new();

    /// <summary>
    /// Returns the configured number of a port; null if the port keeps its default number.
    /// </summary>
    public int? Port(string name) => Ports.TryGetValue(name, out var port) ? port : null;

    /// <summary>Reads the settings.</summary>
    /// <param name="args">The command line.</param>
    /// <exception cref="SettingsException">A setting is invalid; the message names it and its valid values.</exception>
    public static AppHostSettings Read(string[] args)
    {
        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Production;
        try
        {
            return Read(args, new ConfigurationBuilder()
                .SetBasePath(ProjectFolder)
                .AddJsonFile("appsettings.json", optional: true)
                .AddJsonFile($"appsettings.{environment}.json", optional: true)
                .AddUserSecrets(typeof(AppHostSettings).Assembly, optional: true)
                .AddEnvironmentVariables()
                .Build());
        }
        catch (InvalidDataException error)
        {
            throw new SettingsException($"{error.Message} {error.InnerException?.Message}");
        }
    }

    internal static AppHostSettings Read(string[] args, IConfiguration below)
    {
        var normalized = Normalize(args);
        var configuration = new ConfigurationBuilder().AddConfiguration(below).AddCommandLine(normalized).Build();
        var settings = configuration.GetSection(Section);
        if (settings.GetSection("Ports").GetChildren().FirstOrDefault(port => !PortNames.Contains(port.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new SettingsException($"The port name {unknown.Key} is not known. --port takes NAME=NUMBER; NAME is one of {string.Join(", ", PortNames)}.");
        var ports = PortNames.Where(name => settings[$"Ports:{name}"] is not null).ToDictionary(name => name, name => PortNumber(name, settings[$"Ports:{name}"]!));
        return new AppHostSettings
        {
            Cloud = ParseCloud(settings["Cloud"]),
            Data = Folder(settings["Data"]),
            Persistent = Flag(settings, "Persistent"),
            Stack = settings["Stack"] is { Length: > 0 } stack ? stack : AwsStack.DefaultName,
            Template = FullPath(settings["Template"]),
            Bucket = settings["Bucket"] is { Length: > 0 } bucket ? bucket : null,
            ParametersFile = FullPath(settings["Parameters"]),
            Yes = args.Contains("--yes") || args.Contains("--yes=true"),
            Ports = ports,
            Aspire = new DistributedApplicationOptions
            {
                // The AppHost exits only after its child processes have exited, so that it can delete their temporary
                // data.
                Args = [.. normalized, .. DashboardAddresses(ports, configuration), "--DcpPublisher:WaitForResourceCleanup=true"],
                DisableDashboard = Flag(settings, "NoDashboard"),
                EnableResourceLogging = !Flag(settings, "Quiet"),
                // Every address is on the loopback interface, so no encryption is needed.
                AllowUnsecuredTransport = true,
                TrustDeveloperCertificate = false,
            },
        };
    }

    /// <summary>
    /// Converts the options into the form that .NET's command-line configuration reads: <c>--no-dashboard</c> becomes
    /// <c>--OrderSystem:NoDashboard=true</c>, <c>--port api=1</c> becomes <c>--OrderSystem:Ports:api=1</c>.
    /// </summary>
    internal static string[] Normalize(string[] args)
    {
        var normalized = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, given) = args[i].Split('=', 2) is [var option, var text] && option.StartsWith("--", StringComparison.Ordinal) ? (option, text) : (args[i], null);
            if (Flags.Contains(name))
            {
                normalized.Add($"--{Section}:{name.Replace("-", "", StringComparison.Ordinal)}={given ?? "true"}");
            }
            else if (Values.Contains(name) || name == "--port")
            {
                var value = given ?? (i + 1 < args.Length ? args[++i] : throw new SettingsException($"{name} needs a value; --help lists the options."));
                normalized.Add(name == "--port" ? PortKey(value) : $"--{Section}:{name[2..]}={value}");
            }
            else
            {
                if (Mistyped(name) is { } meant)
                    throw new SettingsException($"There is no option {name}. Did you mean {meant}? --help lists the options.");
                normalized.Add(args[i]);
            }
        }

        return [.. normalized];
    }

    /// <summary>
    /// Finds the known option that a mistyped option resembles; null if there is none. Other unknown options are allowed,
    /// because Aspire's tools add options of their own.
    /// </summary>
    private static string? Mistyped(string name) => !name.StartsWith("--", StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) ? null
        : Flags.Concat(Values).Append("--port").FirstOrDefault(option => Distance(option, name) is > 0 and <= 2);

    /// <summary>Computes the Levenshtein distance between two strings.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }

    private static string ProjectFolder => typeof(AppHostSettings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(attribute => attribute.Key == "apphostprojectpath")?.Value is { } folder && Directory.Exists(folder) ? folder : AppContext.BaseDirectory;

    private static string PortKey(string move) => move.Split('=') is [{ Length: > 0 } name, var number]
        ? $"--{Section}:Ports:{name}={number}"
        : throw new SettingsException("--port takes NAME=NUMBER, for example --port api=5081.");

    /// <summary>
    /// Resolves a path relative to the repository's root, because tools start the AppHost with different current
    /// directories.
    /// </summary>
    private static string? FullPath(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, Path.GetFullPath("..", ProjectFolder));

    private static string? Folder(string? path) => FullPath(path) is not { } folder ? null
        : !File.Exists(folder) ? folder : throw new SettingsException($"Data is '{path}', but must be a folder, not a file.");

    private static Cloud? ParseCloud(string? name) => name is null or "" ? null
        : Enum.TryParse<Cloud>(name, ignoreCase: true, out var cloud) && Enum.IsDefined(cloud) && !char.IsDigit(name[0]) ? cloud
        : throw new SettingsException($"Cloud is '{name}', but must be local, embedded or aws.");

    private static int PortNumber(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
        ? number
        : throw new SettingsException($"Port {name} is '{text}', but must be a number from 1 to 65535.");

    private static bool Flag(IConfiguration configuration, string name) => configuration[name] is { } text
        && (bool.TryParse(text, out var set) ? set : throw new SettingsException($"{name} is '{text}', but must be true or false."));

    /// <summary>
    /// Returns the command-line arguments that set the dashboard's addresses. If the settings contain a port for an
    /// address, this port is used. Otherwise, the default port is used, unless the configuration (such as a launch
    /// profile) already contains the address.
    /// </summary>
    private static IEnumerable<string> DashboardAddresses(Dictionary<string, int> ports, IConfiguration configuration)
    {
        (string Key, string Name, int Usual)[] addresses =
        [
            ("ASPNETCORE_URLS", "dashboard", 18888),
            ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "otlp-grpc", 4317),
            ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "otlp-http", 4318),
        ];
        foreach (var (key, name, usual) in addresses)
        {
            if (ports.TryGetValue(name, out var moved))
                yield return $"--{key}=http://localhost:{moved}";
            else if (string.IsNullOrEmpty(configuration[key]))
                yield return $"--{key}=http://localhost:{usual}";
        }
    }
}

/// <summary>A setting is invalid; the message names it and its valid values.</summary>
public sealed class SettingsException(string message) : Exception(message);
