using System.Globalization;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>
/// AWS's DynamoDB Local, which runs as a container if a Docker engine responds. Otherwise the same program is downloaded from
/// npm and runs under Java 17. This library does not include DynamoDB Local, because the licence of DynamoDB Local forbids
/// redistribution.
/// </summary>
internal static class DynamoDBLocal
{
    /// <summary>The software that a machine needs to run DynamoDB Local, and how to install this software.</summary>
    public const string Requirements =
        "DynamoDB Local needs a Docker engine or Java 17: install Docker (https://docs.docker.com/get-docker), or a Java runtime (https://adoptium.net; Debian and Ubuntu: apt-get install openjdk-17-jre-headless) with npm.";

    /// <summary>AWS's container image.</summary>
    public const string Image = "amazon/dynamodb-local";

    /// <summary>The tag of the container image.</summary>
    public const string ImageTag = "latest";

    /// <summary>The HTTP status that DynamoDB Local returns for a plain GET when it is ready.</summary>
    public const int HealthyStatus = 400;

    private static readonly TimeSpan DockerPatience = TimeSpan.FromSeconds(10);
    private static readonly Lazy<Task<bool>> Docker = new(() => HasDockerAsync(CancellationToken.None));
    private static readonly NpmPackage Package = new("amplify-dynamodb-simulator", "2.9.30") { Probe = "emulator/DynamoDBLocal.jar" };

    /// <summary>
    /// Returns whether a container engine on this machine responds within ten seconds. The engine is Docker, unless
    /// <c>ASPIRE_CONTAINER_RUNTIME</c> names another engine.
    /// </summary>
    public static async Task<bool> HasDockerAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(DockerPatience, TimeProvider.System);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return (await Tool.RunAsync(
                Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } runtime ? runtime : "docker",
                ["version", "--format", "{{.Server.Version}}"], asking.Token)).ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Returns whether Java 17 or newer is installed.</summary>
    public static async Task<bool> HasJavaAsync(CancellationToken cancellationToken)
    {
        var (exitCode, version) = await Tool.RunAsync("java", ["-version"], cancellationToken);
        return exitCode == 0 && MajorVersion(version) >= 17;
    }

    /// <summary>
    /// Returns whether this machine can run DynamoDB Local. DynamoDB Local needs Docker, or Java 17 together with either
    /// the cached program or npm to download the program.
    /// </summary>
    public static async Task<bool> CanRunAsync(CancellationToken cancellationToken)
    {
        var docker = Docker.Value;
        var java = HasJavaAsync(cancellationToken);
        return await docker || (await java && (Package.IsCached || (await Tool.RunAsync("npm", ["--version"], cancellationToken)).ExitCode == 0));
    }

    /// <summary>Returns the command that runs DynamoDB Local under Java, in the foreground.</summary>
    /// <param name="port">The port to listen on.</param>
    /// <param name="dataDirectory">The folder in which the tables are stored; null keeps them in memory.</param>
    /// <param name="progress">
    /// Called with the npm package before the download starts; not called if the package is cached.
    /// </param>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="MissingToolException">Java 17 or npm is missing, or npm could not download the program.</exception>
    public static async Task<Command> JavaCommandAsync(int port, string? dataDirectory, Action<NpmPackage>? progress, CancellationToken cancellationToken) => new(
        "java",
        [.. await JavaArgumentsAsync(progress, cancellationToken), "-port", port.ToString(CultureInfo.InvariantCulture), .. Arguments(dataDirectory)],
        WorkingDirectory());

    /// <summary>Returns the arguments of <c>java</c>, up to and including the program's jar file.</summary>
    /// <exception cref="MissingToolException">Java 17 or npm is missing, or npm could not download the program.</exception>
    internal static async Task<IReadOnlyList<string>> JavaArgumentsAsync(Action<NpmPackage>? progress, CancellationToken cancellationToken)
    {
        if (!await HasJavaAsync(cancellationToken))
            throw new MissingToolException(Requirements);

        var folder = Path.Combine(await Package.EnsureAsync(progress, cancellationToken), "emulator");
        return
        [
            .. LoopbackSockets.JavaArguments(),
            $"-Djava.library.path={Path.Combine(folder, "DynamoDBLocal_lib")}", "-jar", Path.Combine(folder, "DynamoDBLocal.jar"),
        ];
    }

    /// <summary>
    /// Returns DynamoDB Local's own arguments, except for the port. With <c>-sharedDb</c>, clients see the same tables
    /// regardless of their access key and region.
    /// </summary>
    internal static IEnumerable<string> Arguments(string? dataDirectory) =>
        ["-sharedDb", "-disableTelemetry", .. dataDirectory is null ? new[] { "-inMemory" } : ["-dbPath", dataDirectory]];

    /// <summary>Returns the working directory for DynamoDB Local, which writes files there.</summary>
    internal static string WorkingDirectory() => Directory.CreateDirectory(NpmPackage.CacheRoot).FullName;

    /// <summary>
    /// Returns whether a Docker engine responds. Blocks the calling thread, because the code that adds the resource is
    /// synchronous.
    /// </summary>
    internal static bool HasDocker() => Docker.Value.GetAwaiter().GetResult();

    private static int MajorVersion(string javaVersion) =>
        javaVersion.Split('"') is [_, var version, ..] && int.TryParse(version.Split('.', '-', '+')[0], CultureInfo.InvariantCulture, out var major) ? major : 0;
}

/// <summary>A program to start, its arguments and its working directory.</summary>
internal sealed record Command(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);
