using OrderSystem.CrashTests.Faults;

#pragma warning disable MA0047 // .NET requires the class outside any namespace.

/// <summary>
/// Runs before a program's own code if <c>DOTNET_STARTUP_HOOKS</c> names this assembly. The tested programs are therefore
/// the same as the shipped programs, and contain no code for fault injection.
/// </summary>
internal static class StartupHook
{
    /// <summary>Makes sure that the program's services are decorated with faults when it builds its host.</summary>
    public static void Initialize() => FaultyHost.Install();
}
