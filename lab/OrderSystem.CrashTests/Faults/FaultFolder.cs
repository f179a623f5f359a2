using System.Globalization;

namespace OrderSystem.CrashTests.Faults;

/// <summary>
/// Stores the planned faults, and which of them have struck, in a folder that the processes share. A process reads the plan
/// at every crash point. Each strike is recorded as an empty file, because an empty file can be created even on a full disk.
/// </summary>
internal sealed class FaultFolder(string path)
{
    /// <summary>The environment variable that holds the folder's path.</summary>
    public const string Variable = "ORDERSYSTEM_FAULTS";

    private readonly string _plan = Path.Combine(path, "plan");
    private string _read = "";
    private IReadOnlyList<PlannedFault> _faults = [];

    public string FolderPath => path;

    /// <summary>Returns the planned faults.</summary>
    public IReadOnlyList<PlannedFault> Plan()
    {
        string text;
        try
        {
            text = File.ReadAllText(_plan);
        }
        catch (FileNotFoundException)
        {
            return [];
        }

        lock (_plan)
        {
            if (text != _read)
                (_read, _faults) = (text, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(PlannedFault.Parse)]);
            return _faults;
        }
    }

    /// <summary>Replaces the plan.</summary>
    public void Write(IEnumerable<PlannedFault> faults)
    {
        var next = _plan + ".next";
        File.WriteAllText(next, string.Join('\n', faults));
        File.Move(next, _plan, overwrite: true);
    }

    /// <summary>
    /// Records a strike of a fault at an order or a function; false if the fault has already struck as often as
    /// planned.
    /// </summary>
    public bool TryStrike(PlannedFault fault, string subject)
    {
        for (var time = 1; time <= fault.Times; time++)
        {
            try
            {
                Create(Marker(fault, time));
                Create(Path.Combine(path, $"{Victim(fault)}{time}-{subject}"));
                return true;
            }
            catch (IOException) when (File.Exists(Marker(fault, time)))
            {
                // The file of this strike already exists, perhaps because another process created it: try the next
                // number.
            }
        }

        return false;
    }

    /// <summary>Returns the number of times that a fault has struck.</summary>
    public int Strikes(PlannedFault fault) => Enumerable.Range(1, fault.Times).Count(time => File.Exists(Marker(fault, time)));

    /// <summary>Returns the orders or functions that a fault has struck, one entry for each strike.</summary>
    public IReadOnlyList<string> Struck(PlannedFault fault) =>
        [.. Directory.EnumerateFiles(path, Victim(fault) + "*").Select(file => Path.GetFileName(file)[Victim(fault).Length..])
            .Select(file => file[(file.IndexOf('-', StringComparison.Ordinal) + 1)..])];

    /// <summary>Records that a process is about to be killed at a crash point.</summary>
    public void NoteDeath(int processId) => Create(Death(processId));

    /// <summary>Whether the process with this id was killed at a crash point.</summary>
    public bool Killed(int processId) => File.Exists(Death(processId));

    private static void Create(string file) => new FileStream(file, FileMode.CreateNew).Dispose();

    private static string Victim(PlannedFault fault) => string.Create(CultureInfo.InvariantCulture, $"victim-{fault.Id}-");

    private string Death(int processId) => Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"killed-{processId}"));

    private string Marker(PlannedFault fault, int time) => Path.Combine(path, $"struck-{fault.Id}-{time}");
}
