using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Benchmarks.Functions;

/// <summary>Builds packages with <c>deploy/package.sh</c>.</summary>
internal static class Packager
{
    public static async Task EnsureAsync(string compilation, string folder, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, "workflow.zip")))
            return;
        Console.WriteLine($"Building the {compilation} packages ...");
        var (exitCode, output) = await Tool.RunAsync("bash", [Path.Combine(Repository.Root, "deploy", "package.sh"), "--compilation", compilation, "--output", folder], cancellationToken);
        if (exitCode != 0)
            throw new InvalidOperationException(output);
    }
}
