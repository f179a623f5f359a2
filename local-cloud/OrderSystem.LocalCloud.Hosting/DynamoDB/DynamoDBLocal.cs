using System.Globalization;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>
/// Runs AWS's DynamoDB Local: the container image if a Docker engine responds, otherwise the same program from an npm
/// package, under Java 17. It is fetched, never shipped, because its licence forbids redistribution.
/// </summary>
internal static class DynamoDBLocal
{
    /// <summary>AWS's container image.</summary>
    public const string Image = "amazon/dynamodb-local";

    /// <summary>The image's tag.</summary>
    public const string ImageTag = "latest";

    /// <summary>The HTTP status that DynamoDB Local returns for a plain GET when it is ready.</summary>
    public const int HealthyStatus = 400;

    private static readonly TimeSpan DockerPatience = TimeSpan.FromSeconds(10);
    private static readonly Lazy<Task<bool>> Docker = new(() => HasDockerAsync(CancellationToken.None));
    private static readonly NpmPackage Package = new("amplify-dynamodb-simulator", "2.9.30");

    /// <summary>Whether a container engine responds on this machine within ten seconds: Docker, or the engine in <c>ASPIRE_CONTAINER_RUNTIME</c>.</summary>
    public static async Task<bool> HasDockerAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(DockerPatience, TimeProvider.System);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return (await Tool.RunAsync(Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } runtime ? runtime : "docker", ["version", "--format", "{{.Server.Version}}"], asking.Token)).ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether Java 17 or newer is installed.</summary>
    public static async Task<bool> HasJavaAsync(CancellationToken cancellationToken)
    {
        var (exitCode, version) = await Tool.RunAsync("java", ["-version"], cancellationToken);
        return exitCode == 0 && MajorVersion(version) >= 17;
    }

    /// <summary>Whether this machine can run DynamoDB Local: with Docker, or with Java and either the cached program or npm to fetch it.</summary>
    public static async Task<bool> CanRunAsync(CancellationToken cancellationToken)
    {
        var docker = Docker.Value;
        var java = HasJavaAsync(cancellationToken);
        return await docker || (await java && (Package.IsCached || (await Tool.RunAsync("npm", ["--version"], cancellationToken)).ExitCode == 0));
    }

    /// <summary>The command that runs DynamoDB Local under Java, in the foreground.</summary>
    /// <param name="port">The port to listen on.</param>
    /// <param name="dataDirectory">The folder of the tables; null keeps them in memory.</param>
    /// <param name="progress">Receives a message when the program is fetched.</param>
    /// <param name="cancellationToken">Cancels the fetch.</param>
    /// <exception cref="MissingToolException">Java 17 or npm is missing.</exception>
    public static async Task<Command> JavaCommandAsync(int port, string? dataDirectory, Action<string>? progress, CancellationToken cancellationToken) => new(
        "java",
        [.. await JavaArgumentsAsync(progress, cancellationToken), "-port", port.ToString(CultureInfo.InvariantCulture), .. Arguments(dataDirectory)],
        WorkingDirectory());

    /// <summary>The arguments of <c>java</c> up to the program.</summary>
    /// <exception cref="MissingToolException">Java 17 or npm is missing.</exception>
    internal static async Task<IReadOnlyList<string>> JavaArgumentsAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        if (!await HasJavaAsync(cancellationToken))
        {
            throw new MissingToolException(
                "DynamoDB Local needs a Docker engine or Java 17: install Docker (https://docs.docker.com/get-docker), or a Java runtime (https://adoptium.net; Debian and Ubuntu: apt-get install openjdk-17-jre-headless) with npm.");
        }

        var folder = Path.Combine(await Package.EnsureAsync(progress, cancellationToken), "emulator");
        return
        [
            .. LoopbackSockets.JavaArguments(),
            $"-Djava.library.path={Path.Combine(folder, "DynamoDBLocal_lib")}", "-jar", Path.Combine(folder, "DynamoDBLocal.jar"),
        ];
    }

    /// <summary>DynamoDB Local's own arguments, except the port. With <c>-sharedDb</c>, a client sees the same tables with any access key and region.</summary>
    internal static IEnumerable<string> Arguments(string? dataDirectory) =>
        ["-sharedDb", "-disableTelemetry", .. dataDirectory is null ? new[] { "-inMemory" } : ["-dbPath", dataDirectory]];

    /// <summary>The folder to start DynamoDB Local in; the program writes files there.</summary>
    internal static string WorkingDirectory() => Directory.CreateDirectory(NpmPackage.CacheRoot).FullName;

    /// <summary>Whether a Docker engine responds. Blocks, for the synchronous code that adds the resource.</summary>
    internal static bool HasDocker() => Docker.Value.GetAwaiter().GetResult();

    private static int MajorVersion(string javaVersion) =>
        javaVersion.Split('"') is [_, var version, ..] && int.TryParse(version.Split('.', '-', '+')[0], CultureInfo.InvariantCulture, out var major) ? major : 0;
}

/// <summary>A program to start, its arguments and the folder it starts in.</summary>
internal sealed record Command(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);
