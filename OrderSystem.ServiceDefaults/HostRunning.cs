using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrderSystem.ServiceDefaults;

/// <summary>Extension methods to run a host.</summary>
public static class HostRunning
{
    /// <summary>Runs a host until a stop is requested. A stop request during startup also shuts the host down cleanly.</summary>
    public static async Task RunUntilStoppedAsync(this IHost host)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A stop was requested during startup, which cancelled the startup.
        }
    }
}
