using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.AppHost;

internal static class DevelopmentRuntime
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        // One heap per core suits a server under load; on a development machine, the additional heaps cost memory in every
        // process, even in the dashboard.
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_GCConserveMemory"] = "7",
        ["DOTNET_gcConcurrent"] = "0",
        // In processes that run for only a few minutes, dynamic PGO costs more processor time than it saves.
        ["DOTNET_TieredPGO"] = "0",
        // For every process, Aspire's orchestrator starts a monitor process that uses 20 MB. The monitor ends the
        // process if the orchestrator is killed. Even without the monitors, the orchestrator ends every process when
        // the AppHost exits or is killed.
        ["DCP_DISABLE_MONITOR_PROCESS"] = "1",
        // Without this setting, the dashboard accepts requests for any host name, so a web page could reach the
        // dashboard by DNS rebinding.
        ["AllowedHosts"] = "localhost;*.localhost;127.0.0.1;[::1]",
    };

    /// <summary>
    /// Sets environment variables that suit a development machine, for every process that the AppHost starts. A variable
    /// that the user has set is left unchanged.
    /// </summary>
    public static void Configure()
    {
        foreach (var (name, value) in Settings)
        {
            if (Environment.GetEnvironmentVariable(name) is null)
                Environment.SetEnvironmentVariable(name, value);
        }

        // Requests to Aspire's orchestrator and dashboard must bypass an HTTP proxy, because both run on this machine.
        LoopbackProxy.Bypass();
    }
}
