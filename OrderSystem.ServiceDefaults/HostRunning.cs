using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrderSystem.ServiceDefaults;

/// <summary>Running a host.</summary>
public static class HostRunning
{
    /// <summary>Runs a host until it is told to stop. One that is told so while it starts ends as well as one that is told later.</summary>
    public static async Task RunUntilStoppedAsync(this IHost host)
    {
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was starting was broken off.
        }
    }
}
