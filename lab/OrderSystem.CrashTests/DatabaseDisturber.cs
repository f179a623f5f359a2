using System.Collections.Concurrent;
using System.Diagnostics;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests;

/// <summary>
/// Attacks a process's database as other programs might, and changes the state machine's definition. A process that is
/// killed before it notices that its files are gone can't restore them. Therefore no other disturbance runs until the
/// process has restored its files.
/// </summary>
internal sealed class DatabaseDisturber(TestedCloud cloud)
{
    /// <summary>The maximum time until the health check must report a missing database file.</summary>
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RepairPatience = TimeSpan.FromSeconds(60);
    private const int StartsThatSayItAll = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<string> _complaints = new();

    /// <summary>What the processes did wrong while their databases were attacked, one description each.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>
    /// Whether this class runs disturbances of the given kind. It runs attacks on a database and changes to the state
    /// machine's definition.
    /// </summary>
    public static bool Takes(DisturbanceKind kind) => kind is
        DisturbanceKind.MoveFile or DisturbanceKind.DeleteFile or DisturbanceKind.ReplaceFile or DisturbanceKind.DeleteLog or DisturbanceKind.HoldLock or DisturbanceKind.ChangeDefinition;

    /// <summary>Runs a disturbance to its end.</summary>
    public async Task DoAsync(Disturbance disturbance, CloudProcess process, CancellationToken cancellationToken)
    {
        var database = new DatabaseUnderAttack(cloud.DatabasePath);
        var isEven = disturbance.Duration.Milliseconds % 2 == 0;
        cloud.World.Timeline.Note(process.Name, disturbance.Kind.ToString());
        switch (disturbance.Kind)
        {
            case DisturbanceKind.MoveFile:
                await MoveAsync(database, process, disturbance.Duration, cancellationToken);
                break;
            case DisturbanceKind.DeleteFile:
                database.Delete(withLog: isEven);
                await RepairedAsync(() => database.IsWhole, process, cancellationToken);
                break;
            case DisturbanceKind.ReplaceFile:
                var putAside = database.PutAside;
                if (!database.TryCopy())
                    break;
                await Task.Delay(disturbance.Duration, TimeProvider.System, cancellationToken);
                if (database.TryReplace())
                    await RepairedAsync(() => database.PutAside > putAside && database.IsWhole, process, cancellationToken);
                break;
            case DisturbanceKind.DeleteLog:
                database.DeleteLog(withIndex: isEven);
                await RepairedAsync(() => database.IsWhole, process, cancellationToken);
                break;
            case DisturbanceKind.HoldLock:
                using (database.TryLock())
                    await Task.Delay(disturbance.Duration, TimeProvider.System, cancellationToken);
                break;
            default:
                cloud.ChangeDefinition();
                if (isEven)
                    process.Kill();
                else
                    await process.RestartAsync(cancellationToken);
                break;
        }
    }

    private async Task MoveAsync(DatabaseUnderAttack database, CloudProcess process, TimeSpan duration, CancellationToken cancellationToken)
    {
        process.SetFilesAway(true);
        if (database.TryMoveAway())
        {
            var starts = process.Starts;
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
            if (duration > HealthPatience && await cloud.IsStoreHealthyAsync(cancellationToken) && process.Starts == starts && !database.Exists)
                Complain($"{process.Name} reports healthy {duration.TotalSeconds:0.0} s after its database was moved away");
            database.MoveBack();
        }

        process.SetFilesAway(false);
    }

    private async Task RepairedAsync(Func<bool> isRepaired, CloudProcess process, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var starts = process.Starts;
        while (!isRepaired())
        {
            // A fault killed the process before it noticed the attack. The next process may still find all committed data.
            if (process.Starts > starts && await cloud.IsStoreHealthyAsync(cancellationToken))
                return;
            // The committed data is missing, and each new process has refused to start, as it must.
            if (process.Starts > starts + StartsThatSayItAll)
                throw new FilesLostException($"{process.Name} was killed before it could restore its database files, and does not start without these files");
            if (Stopwatch.GetElapsedTime(began) > RepairPatience)
            {
                Complain($"{process.Name} did not restore its files within {RepairPatience.TotalSeconds:0} s");
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private void Complain(string complaint) => _complaints.Enqueue(complaint);
}
