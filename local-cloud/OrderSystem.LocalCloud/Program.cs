using System.CommandLine;
using OrderSystem.LocalCloud.CommandLine;

try
{
    // Shutdown completes requests in progress and saves checkpoints, which can take longer than the default timeout of
    // two seconds.
    return await LocalCloudCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (InvalidOperationException error)
{
    await Console.Error.WriteLineAsync($"local-cloud: {error.Message}");
    return 1;
}
