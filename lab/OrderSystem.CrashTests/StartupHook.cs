using OrderSystem.CrashTests.Faults;

#pragma warning disable MA0047 // .NET requires the class outside any namespace.

/// <summary>
/// Runs before a program's own code if <c>DOTNET_STARTUP_HOOKS</c> names this assembly. Thus the tested programs are
/// those that ship, without any code for faults.
/// </summary>
internal static class StartupHook
{
    /// <summary>Installs the decorators for when the program builds its host.</summary>
    public static void Initialize() => FaultyHost.Install();
}
