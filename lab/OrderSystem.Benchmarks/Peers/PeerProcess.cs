using System.Diagnostics;
using System.Text.Json;
using OrderSystem.Benchmarks.Embedded;

namespace OrderSystem.Benchmarks.Peers;

/// <summary>
/// Runs orders on an alternative library, such as Wolverine, in a separate process that runs the program
/// <c>OrderSystem.Benchmarks.Peers</c>.
/// </summary>
internal static class PeerProcess
{
    /// <summary>Builds <c>OrderSystem.Benchmarks.Peers</c> and returns the path of its assembly.</summary>
    public static async Task<string> BuildAsync(CancellationToken cancellationToken)
    {
        var project = FindProject();
        await RunAsync(["build", project, "-c", "Release", "--nologo", "-v", "quiet"], cancellationToken);
        return Path.Combine(project, "bin", "Release", "net10.0", "OrderSystem.Benchmarks.Peers.dll");
    }

    /// <summary>Runs orders in a new process and returns the measurements that the process prints.</summary>
    public static async Task<OrderLoad> MeasureAsync(string program, string peer, string connection, int orders, int inFlight, CancellationToken cancellationToken)
    {
        var output = await RunAsync(["exec", program, peer, "--connection", connection, "--orders", $"{orders}", "--in-flight", $"{inFlight}"], cancellationToken);
        var load = output.Split('\n').LastOrDefault(line => line.StartsWith($$"""{"{{nameof(OrderLoad.OrdersPerSecond)}}""", StringComparison.Ordinal));
        return load is null
            ? throw new InvalidOperationException($"The benchmark process for {peer} printed no result: {output}")
            : JsonSerializer.Deserialize<OrderLoad>(load)!;
    }

    private static string FindProject()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var project = Path.Combine(folder.FullName, "OrderSystem.Benchmarks.Peers");
            if (File.Exists(Path.Combine(project, "OrderSystem.Benchmarks.Peers.csproj")))
                return project;
        }

        throw new InvalidOperationException("The project OrderSystem.Benchmarks.Peers was not found. Run this command from a working copy of the repository.");
    }

    private static async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("dotnet could not be started.");
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException(output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
