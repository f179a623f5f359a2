using System.Runtime.InteropServices;

namespace OrderSystem.Sqlite.Files;

/// <summary>The identity and size of the file at a path.</summary>
/// <param name="Device">The device on which the file is stored.</param>
/// <param name="Inode">The file's inode. Two paths with the same device and inode are the same file.</param>
/// <param name="Links">The number of hard links; 0 after the file was deleted.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Written">When the file was last written. Only compare this value with other values of <c>Written</c>, because the
/// unit depends on the operating system.</param>
public readonly partial record struct FileStatus(ulong Device, ulong Inode, uint Links, long Length, long Written)
{
    private const int CurrentDirectory = -100;
    private const uint BasicStatistics = 0x7ff;

    /// <summary>
    /// Whether files can be identified on this operating system. Identification is not needed on Windows, where files in use
    /// can't be moved or deleted.
    /// </summary>
    public static bool IsKnown { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Reads the status of the file at a path; returns null if there is no file.</summary>
    public static FileStatus? Of(string path) => OperatingSystem.IsMacOS() ? OfMac(path) : OfLinux(path);

    /// <summary>Returns whether another status belongs to the same file.</summary>
    public bool IsSameAs(FileStatus other) => Inode == other.Inode && Device == other.Device;

    /// <summary>
    /// Reads the status of every file that this process has open. Returns nothing on other operating systems than Linux.
    /// </summary>
    internal static IEnumerable<(string Path, FileStatus Status)> OfOpenFiles()
    {
        if (!OperatingSystem.IsLinux())
            yield break;
        foreach (var descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (Of(descriptor) is { } status)
                yield return (new FileInfo(descriptor).LinkTarget ?? "", status);
        }
    }

    private static long Moment(long seconds, long nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);

    private static FileStatus? OfLinux(string path)
    {
        var found = default(Statx);
        return Statistics(CurrentDirectory, path, 0, BasicStatistics, ref found) == 0
            ? new FileStatus(((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.Inode, found.Links, (long)found.Size, Moment(found.Seconds, found.Nanoseconds))
            : null;
    }

    private static FileStatus? OfMac(string path)
    {
        var found = default(Stat);
        var code = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Statistics(path, ref found) : StatisticsOfIntel(path, ref found);
        return code == 0 ? new FileStatus((ulong)found.Device, found.Inode, found.Links, found.Size, Moment(found.Seconds, found.Nanoseconds)) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statistics(int directory, string path, int flags, uint mask, ref Statx found);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statistics(string path, ref Stat found);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatisticsOfIntel(string path, ref Stat found);

    // The result of statx(2) on Linux, which has the same layout on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long Seconds;

        [FieldOffset(120)]
        public uint Nanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    // The result of stat(2) on macOS, with 64-bit inodes.
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Stat
    {
        [FieldOffset(0)]
        public int Device;

        [FieldOffset(6)]
        public ushort Links;

        [FieldOffset(8)]
        public ulong Inode;

        [FieldOffset(48)]
        public long Seconds;

        [FieldOffset(56)]
        public long Nanoseconds;

        [FieldOffset(96)]
        public long Size;
    }
}
