using System.Runtime.InteropServices;

namespace OrderSystem.Crashes.Processes;

/// <summary>What a system does to its processes.</summary>
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

    /// <summary>Lets a process write no more to its files, as a full disk or a spent quota does; or lets it write again. No privilege is needed.</summary>
    public static void LimitFiles(int processId, bool isFull)
    {
        var limit = new Limit { Soft = isFull ? 1 : Unlimited, Hard = Unlimited };
        _ = SetLimit(processId, FileSize, in limit, 0);
    }

    /// <summary>A write beyond the limit is then refused with an error, as a full disk refuses it, and doesn't end this process.</summary>
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
