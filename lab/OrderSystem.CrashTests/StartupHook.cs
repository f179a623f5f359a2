using OrderSystem.CrashTests.Faults;

#pragma warning disable MA0047 // .NET requires the class outside any namespace.

/// <summary>
/// Runs before a program's own code if <c>DOTNET_STARTUP_HOOKS</c> names this assembly. Therefore the tested programs are
/// the shipped programs, which contain no code for fault injection.
/// </summary>
internal static class StartupHook
{
    /// <summary>Makes the program decorate its services with faults when it builds its host.</summary>
    public static void Initialize() => FaultyHost.Install();
}
