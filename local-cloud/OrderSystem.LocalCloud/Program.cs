using System.CommandLine;
using OrderSystem.LocalCloud.CommandLine;

try
{
    // Stopping answers what is under way and writes checkpoints: more than the two seconds that are the default.
    return await LocalCloudCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (InvalidOperationException error)
{
    await Console.Error.WriteLineAsync($"local-cloud: {error.Message}");
    return 1;
}
