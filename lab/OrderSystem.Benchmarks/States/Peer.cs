using System.Globalization;
using OrderSystem.LocalCloud.Hosting.Tools;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Benchmarks.States;

/// <summary>Runs the benchmark's workloads on <c>aws-local-stepfunctions</c>, the fastest JavaScript interpreter.</summary>
internal sealed class Peer(string installation)
{
    private const string YoungGenerationMebibytes = "256";

    public static readonly NpmPackage Package = new("aws-local-stepfunctions", "3.0.0");

    /// <summary>Installs the npm package. Returns null and prints the reason if Node.js or npm is missing.</summary>
    public static async Task<Peer?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Peer(await new NpmInstallation(Package).EnsureAsync(Console.WriteLine, cancellationToken));
        }
        catch (MissingToolException exception)
        {
            Console.WriteLine($"The comparison with {Package.Name} {Package.Version} is skipped: {exception.Message}");
            return null;
        }
    }

    /// <summary>Returns the executions per second of the fastest run.</summary>
    public async Task<double> RateAsync(Workload workload, TimeSpan length, int runs, CancellationToken cancellationToken) =>
        await RunAsync(workload, [], [length.TotalSeconds.ToString(CultureInfo.InvariantCulture), runs.ToString(CultureInfo.InvariantCulture)], "rate", cancellationToken);

    /// <summary>Returns the average number of bytes that an execution allocates.</summary>
    public async Task<double> AllocatedAsync(Workload workload, CancellationToken cancellationToken) =>
        await RunAsync(
            workload,
            ["--expose-gc", "--min-semi-space-size=" + YoungGenerationMebibytes, "--max-semi-space-size=" + YoungGenerationMebibytes],
            ["memory"],
            "allocated",
            cancellationToken);

    private async Task<double> RunAsync(Workload workload, string[] nodeOptions, string[] mode, string answer, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ordersystem-benchmark-").FullName;
        try
        {
            var inputs = Path.Combine(folder, "inputs.json");
            var tasks = Path.Combine(folder, "tasks.json");
            await File.WriteAllTextAsync(inputs, new StatesArray(Enumerable.Range(0, 64).Select(i => (StatesValue)workload.Input(i).ToJsonString())).ToJsonString(), cancellationToken);
            await File.WriteAllTextAsync(tasks, workload.Tasks.ToJsonString(), cancellationToken);
            var script = Path.Combine(AppContext.BaseDirectory, "States", "peer.mjs");
            var (exitCode, output) = await Tool.RunAsync("node", [.. nodeOptions, script, installation, workload.DefinitionPath, inputs, tasks, .. mode], cancellationToken);
            if (exitCode != 0)
                throw new InvalidOperationException($"{Package.Name} failed to run the workload {workload.Name}: {output}");
            var measured = (StatesObject)StatesValue.Parse(output.Trim());
            if (measured["collections"] is StatesNumber { Value: > 0 })
                throw new InvalidOperationException($"The garbage collector ran while the memory of {Package.Name} was measured, so the result is not usable. Run the benchmark again.");
            return ((StatesNumber)measured[answer]!).Value;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
