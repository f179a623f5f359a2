using System.Runtime.InteropServices;

namespace OrderSystem.CrashTests.Processes;

/// <summary>Sends signals to processes and limits the size of the files that they may write.</summary>
internal static partial class Signals
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int SigXfsz = 25;
    private const nint Ignored = 1;
    private const int FileSize = 1;
    private const ulong Unlimited = ulong.MaxValue;

    public static void Kill(int processId) => Send(processId, SigKill);

    public static void Terminate(int processId) => Send(processId, SigTerm);

    public static void Freeze(int processId) => Send(processId, SigStop);

    public static void Thaw(int processId) => Send(processId, SigCont);

    /// <summary>
    /// Makes a process's writes to files fail, as if the disk were full, or lets the writes succeed again. Needs no
    /// privileges.
    /// </summary>
    public static void LimitFiles(int processId, bool isFull)
    {
        var limit = new Limit { Soft = isFull ? 1 : Unlimited, Hard = Unlimited };
        _ = SetLimit(processId, FileSize, in limit, 0);
    }

    /// <summary>
    /// Ignores SIGXFSZ, so that a write of this process beyond the file size limit fails with an error, as on a full
    /// disk. By default, such a write would terminate the process.
    /// </summary>
    public static void OutliveFileLimit() => _ = SetHandler(SigXfsz, Ignored);

    private static void Send(int processId, int signal) => _ = SendSignal(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int SetLimit(int processId, int resource, in Limit limit, nint previous);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
