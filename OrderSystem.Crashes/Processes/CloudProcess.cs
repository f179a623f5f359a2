using System.Diagnostics;

namespace OrderSystem.Crashes.Processes;

/// <summary>A program that is killed, frozen, told to stop and starved of disk, and that is started again whenever it ends.</summary>
/// <param name="name">Its name in the timeline.</param>
/// <param name="command">What to start, asked anew each time.</param>
/// <param name="timeline">Hears what it says and what becomes of it.</param>
internal sealed class CloudProcess(string name, Func<ProcessStartInfo> command, Timeline timeline) : IAsyncDisposable
{
    private const int Killed = 128 + 9;
    private const int Terminated = 128 + 15;
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private Process? _process;
    private Task _supervision = Task.CompletedTask;
    private TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isFrozen;
    private bool _isDiskFull;

    // One that starts without room may give up, and say so.
    private bool _hadNoRoom;

    public string Name => name;

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Begins to keep it running.</summary>
    public void Start() => _supervision = Task.Run(SuperviseAsync);

    /// <summary>Ends it at once.</summary>
    public void Kill() => Signal("killed", Signals.Kill);

    /// <summary>Lets it do nothing until <see cref="Thaw"/>.</summary>
    public void Freeze()
    {
        _isFrozen = true;
        Signal("frozen", Signals.Freeze);
    }

    /// <summary>Lets it go on.</summary>
    public void Thaw()
    {
        if (_isFrozen)
            Signal("thawed", Signals.Thaw);
        _isFrozen = false;
    }

    /// <summary>Fills its disk, also for those that are started in its place; or empties it.</summary>
    public void SetDiskFull(bool isFull)
    {
        if (isFull == _isDiskFull)
            return;
        _isDiskFull = isFull;
        _hadNoRoom |= isFull;
        Signal(isFull ? "disk full" : "disk has room", processId => Signals.LimitFiles(processId, isFull));
    }

    /// <summary>Tells it to stop, and has it started again.</summary>
    /// <returns>What it did wrong; null where it stopped in time and in order, or was killed meanwhile.</returns>
    public async Task<string?> RestartAsync(CancellationToken cancellationToken)
    {
        Task<int> ended;
        lock (_gate)
        {
            if (_process is null)
                return null;
            ended = _ended.Task;
        }

        Signal("told to stop", Signals.Terminate);
        try
        {
            var exitCode = await ended.WaitAsync(StopPatience, TimeProvider.System, cancellationToken);
            return exitCode is 0 or Killed or Terminated || (exitCode == 1 && _hadNoRoom) ? null : $"{name} ended with exit code {exitCode} when it was told to stop";
        }
        catch (TimeoutException)
        {
            Kill();
            return $"{name} did not stop within {StopPatience.TotalSeconds:0} s of SIGTERM";
        }
    }

    /// <summary>Ends it for good.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Signal("killed", Signals.Kill);
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
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
            {
                process.Dispose();
                return null;
            }

            process.Start();
            _process = process;
            Starts++;
            _hadNoRoom = _isDiskFull;
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

    private void Hear(string? line)
    {
        if (!string.IsNullOrEmpty(line))
            timeline.Tell(name, line);
    }
}
