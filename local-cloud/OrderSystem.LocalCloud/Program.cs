using System.CommandLine;
using OrderSystem.LocalCloud.CommandLine;

try
{
    // Shutdown completes running requests and saves checkpoints, which can take longer than the default of two seconds.
    return await LocalCloudCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (InvalidOperationException error)
{
    await Console.Error.WriteLineAsync($"local-cloud: {error.Message}");
    return 1;
}
