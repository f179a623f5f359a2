using System.CommandLine;
using OrderSystem.LocalCloud.CommandLine;

try
{
    // During shutdown, LocalCloud completes requests in progress and saves checkpoints. This can take longer than
    // System.CommandLine's default timeout of two seconds.
    return await LocalCloudCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
}
catch (InvalidOperationException error)
{
    await Console.Error.WriteLineAsync($"local-cloud: {error.Message}");
    return 1;
}
