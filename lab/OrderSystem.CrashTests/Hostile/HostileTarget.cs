namespace OrderSystem.CrashTests.Hostile;

/// <summary>The server to which hostile requests are sent.</summary>
public enum HostileTarget
{
    /// <summary>The API.</summary>
    Api,

    /// <summary>LocalCloud, with all its services.</summary>
    LocalCloud,
}
