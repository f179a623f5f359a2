using System.Runtime.InteropServices;

namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>The user that this process runs as, for containers that write to folders of this machine.</summary>
internal static partial class UnixUser
{
    /// <summary>The ids of the user and the group, as <c>uid:gid</c>; null on systems other than Linux.</summary>
    public static string? Current => OperatingSystem.IsLinux() ? $"{UserId()}:{GroupId()}" : null;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint UserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GroupId();
}
