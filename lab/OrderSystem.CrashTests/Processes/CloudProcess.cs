using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrderSystem.CrashTests.Processes;

/// <summary>
/// Keeps a tested program running: when its process ends, starts the program again. Tests can kill, freeze and stop the
/// process, and make its writes to disk fail.
/// </summary>
/// <param name="name">The program's name in the timeline.</param>
/// <param name="command">Creates the <see cref="ProcessStartInfo"/> of the process; called before every start.</param>
/// <param name="timeline">Records the program's output, and the disturbances of its process.</param>
/// <param name="diedAtCrashPoint">Returns whether the process with this id was killed at a crash point; null if no process
/// of this program is ever killed at a crash point.</param>
/// <param name="isForeign">Whether the program is not part of this repository.</param>
internal sealed class CloudProcess(string name, Func<ProcessStartInfo> command, Timeline timeline, Func<int, bool>? diedAtCrashPoint = null, bool isForeign = false) : IAsyncDisposable
{
    // A program that cannot start exits after every restart, so record only the first complaints.
    private const int MaximumComplaints = 3;
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private Process? _process;
    private ProcessLife _life = new(name, isForeign);
    private Task _supervision = Task.CompletedTask;
    private TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isFrozen;
    private bool _isDiskFull;
    private bool _areFilesAway;

    public string Name => name;

    /// <summary>The id of the running process; null while it does not run.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_gate)
                return _process is { HasExited: false } process ? process.Id : null;
        }
    }

    /// <summary>The number of times that the program was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Starts the program and keeps it running.</summary>
    public void Start() => _supervision = Task.Run(SuperviseAsync);

    /// <summary>Returns and clears the complaints: unexpected exits, and stops that failed or took too long.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        var complaints = new List<string>();
        while (_complaints.TryDequeue(out var complaint))
            complaints.Add(complaint);
        return complaints;
    }

    /// <summary>Kills the process with SIGKILL; the program is then started again.</summary>
    public void Kill() => Signal("killed", processId =>
    {
        _life.IsKilled = true;
        Signals.Kill(processId);
    });

    /// <summary>Freezes the process until <see cref="Thaw"/> is called.</summary>
    public void Freeze()
    {
        _isFrozen = true;
        Signal("frozen", Signals.Freeze);
    }

    /// <summary>Continues the frozen process.</summary>
    public void Thaw()
    {
        if (_isFrozen)
            Signal("thawed", Signals.Thaw);
        _isFrozen = false;
    }

    /// <summary>
    /// Makes disk writes of the program fail, even after a restart, as if the disk were full; or lets them succeed
    /// again.
    /// </summary>
    public void SetDiskFull(bool isFull)
    {
        if (isFull == _isDiskFull)
            return;
        _isDiskFull = isFull;
        _life.HadNoRoom |= isFull;
        Signal(isFull ? "disk full" : "disk has room", processId => Signals.LimitFiles(processId, isFull));
    }

    /// <summary>
    /// Records that the database of the process has been moved away or moved back. While its database is away, the process
    /// may exit.
    /// </summary>
    public void SetFilesAway(bool areAway)
    {
        lock (_gate)
        {
            _areFilesAway = areAway;
            _life.HadNoFiles |= areAway;
        }
    }

    /// <summary>
    /// Stops the process with SIGTERM, and kills it if it does not stop in time; the program is then started again.
    /// </summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        Task<int> ended;
        lock (_gate)
        {
            if (_process is null)
                return;
            ended = _ended.Task;
        }

        Signal("sent SIGTERM", processId =>
        {
            _life.IsToldToStop = true;
            Signals.Terminate(processId);
        });
        try
        {
            await ended.WaitAsync(StopPatience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            Complain($"{name} did not stop within {StopPatience.TotalSeconds:0} s of SIGTERM");
            Kill();
        }
    }

    /// <summary>Kills the process and does not start the program again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Kill();
        await _supervision;
        _ending.Dispose();
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            using var process = Launch();
            if (process is null)
                return;
            await process.WaitForExitAsync(CancellationToken.None);
            timeline.Note(name, $"ended with exit code {process.ExitCode}");
            lock (_gate)
            {
                _life.IsKilled |= diedAtCrashPoint?.Invoke(process.Id) == true;
                if (_life.Judge(process.ExitCode) is { } complaint)
                    Complain(complaint);
                _process = null;
                _ended.TrySetResult(process.ExitCode);
                _ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await Task.Delay(RestartDelay, TimeProvider.System, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Process? Launch()
    {
        var start = command();
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var process = new Process { StartInfo = start };
        var life = new ProcessLife(name, isForeign);
        process.OutputDataReceived += (_, line) => Hear(life, line.Data);
        process.ErrorDataReceived += (_, line) => Hear(life, line.Data);
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
            {
                process.Dispose();
                return null;
            }

            process.Start();
            _process = process;
            _life = life;
            Starts++;
            life.HadNoRoom = _isDiskFull;
            life.HadNoFiles = _areFilesAway;
            if (_isDiskFull)
                Signals.LimitFiles(process.Id, isFull: true);
        }

        timeline.Note(name, $"started, process {process.Id}");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Signal(string what, Action<int> send)
    {
        lock (_gate)
        {
            if (_process is not { HasExited: false } process)
                return;
            timeline.Note(name, what);
            send(process.Id);
        }
    }

    private void Complain(string complaint)
    {
        if (_complaints.Count < MaximumComplaints)
            _complaints.Enqueue(complaint);
    }

    private void Hear(ProcessLife life, string? line)
    {
        if (string.IsNullOrEmpty(line))
            return;
        life.Hear(line);
        timeline.Tell(name, line);
    }
}
