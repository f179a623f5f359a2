using System.Runtime.InteropServices;
using OrderSystem.AppHost.DynamoDb;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.Standalone;

/// <summary>The real Aspire dashboard, from the Aspire CLI's own npm package.</summary>
public static class Dashboard
{
    private const string AspireVersion = "13.5.4";

    /// <summary>The command that runs it on the loopback address, in the foreground.</summary>
    /// <param name="ports">Where its pages and its OTLP endpoints listen.</param>
    /// <param name="progress">Told when it is being fetched.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MissingToolException">npm is missing, or has no dashboard for this platform.</exception>
    public static async Task<Command> CommandAsync(Ports ports, Action<string>? progress, CancellationToken cancellationToken)
    {
        var package = new NpmPackage($"@microsoft/aspire-cli-{Platform}", AspireVersion);
        var folder = await package.EnsureAsync(progress, cancellationToken);
        return new Command(
            Path.Combine(folder, "bin", OperatingSystem.IsWindows() ? "aspire.exe" : "aspire"),
            [
                "dashboard", "run", "--non-interactive", "--nologo",
                "--frontend-url", $"http://localhost:{ports.Dashboard}",
                "--otlp-grpc-url", $"http://localhost:{ports.OtlpGrpc}",
                "--otlp-http-url", $"http://localhost:{ports.OtlpHttp}",
                // It listens on the loopback address alone: whoever reaches it can read these processes' memory anyway.
                "--allow-anonymous",
            ],
            folder);
    }

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
}
