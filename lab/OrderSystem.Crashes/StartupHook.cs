using OrderSystem.Crashes.Faults;

#pragma warning disable MA0047 // .NET looks for it outside of any namespace.

/// <summary>
/// Run by .NET before a program's own code, where <c>DOTNET_STARTUP_HOOKS</c> names this assembly. The programs that are
/// broken here are thus the very ones that ship: nothing in them knows of faults.
/// </summary>
internal static class StartupHook
{
    /// <summary>Takes hold of the program's services as its host is built.</summary>
    public static void Initialize() => FaultyHost.Install();
}
