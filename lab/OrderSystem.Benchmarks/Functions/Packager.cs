using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Benchmarks.Functions;

/// <summary>Has <c>deploy/package.sh</c> make packages.</summary>
internal static class Packager
{
    public static async Task EnsureAsync(string compilation, string folder, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(folder, "workflow.zip")))
            return;
        Console.WriteLine($"Making the packages as {compilation} ...");
        var (exitCode, output) = await Tool.RunAsync("bash", [Path.Combine(Repository.Root, "deploy", "package.sh"), "--compilation", compilation, "--output", folder], cancellationToken);
        if (exitCode != 0)
            throw new InvalidOperationException(output);
    }
}
