namespace OrderSystem.CrashTests.Hostile;

/// <summary>The port that gets hostile requests.</summary>
public enum HostileTarget
{
    /// <summary>The API's port.</summary>
    Api,

    /// <summary>LocalCloud's port, with all of its services.</summary>
    LocalCloud,
}
