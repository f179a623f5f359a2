namespace OrderSystem.AppHost;

internal static class DevelopmentRuntime
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        // One heap per core suits a server under load; here it costs memory in every process, even the dashboard.
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_GCConserveMemory"] = "7",
        ["DOTNET_gcConcurrent"] = "0",
        // Profiling code that runs for a few minutes costs more processor time than it saves.
        ["DOTNET_TieredPGO"] = "0",
        // The orchestrator starts a watcher of 20 MB for every process, in case that it is killed itself. It ends all of
        // them when the AppHost ends, killed or not; this only matters if the orchestrator is killed too.
        ["DCP_DISABLE_MONITOR_PROCESS"] = "1",
    };

    /// <summary>Sets .NET runtime variables that suit a development machine, for every process that this one starts. A variable that the user has set stays.</summary>
    public static void Configure()
    {
        foreach (var (name, value) in Settings)
        {
            if (Environment.GetEnvironmentVariable(name) is null)
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
