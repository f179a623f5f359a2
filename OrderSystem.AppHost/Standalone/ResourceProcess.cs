using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.Standalone;

/// <summary>One run of a resource's program.</summary>
public sealed partial class ResourceProcess : IDisposable
{
    private const int LinesKept = 20;
    private const int SigTerm = 15;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>What launchSettings.json tells an AppHost about itself is not meant for the processes it starts; Aspire keeps it from them too.</summary>
    private static readonly IReadOnlyList<string> NotInherited =
    [
        "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "ASPIRE_ALLOW_UNSECURED_TRANSPORT", "ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS",
        "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL",
    ];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lastLines = new();

    private ResourceProcess(Process process) => _process = process;

    /// <summary>Completes when the process has ended and what it printed has been read.</summary>
    public Task Exited { get; private init; } = Task.CompletedTask;

    /// <summary>The operating system's id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Why it ended, and what it said last.</summary>
    public string Epitaph => $"exit code {_process.ExitCode}{(_lastLines.IsEmpty ? "" : ":" + Environment.NewLine)}{string.Join(Environment.NewLine, _lastLines.Select(line => "    " + line))}";

    /// <summary>Starts the resource's program.</summary>
    /// <exception cref="MissingToolException">The program is not installed.</exception>
    public static ResourceProcess Start(Resource resource, ConsoleLog log)
    {
        var start = new ProcessStartInfo(resource.Command.FileName, resource.Command.Arguments)
        {
            WorkingDirectory = resource.Command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in NotInherited)
            start.Environment.Remove(name);
        foreach (var (name, value) in resource.Environment)
            start.Environment[name] = value;

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var outputRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var errorsRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        var run = new ResourceProcess(process) { Exited = EndAsync(exited.Task, Task.WhenAll(outputRead.Task, errorsRead.Task)) };
        process.OutputDataReceived += (_, line) => run.Hear(resource, log, line.Data, outputRead);
        process.ErrorDataReceived += (_, line) => run.Hear(resource, log, line.Data, errorsRead);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new MissingToolException($"{resource.Name} could not be started: {e.Message}", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return run;
    }

    /// <summary>Asks the process to end, and ends it and its children when it takes longer than <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Exited.IsCompleted)
            return;
        if (!OperatingSystem.IsWindows() && Kill(_process.Id, SigTerm) == 0)
        {
            try
            {
                await Exited.WaitAsync(grace);
                return;
            }
            catch (TimeoutException)
            {
            }
        }

        _process.Kill(entireProcessTree: true);
        await Exited;
    }

    /// <inheritdoc />
    public void Dispose() => _process.Dispose();

    /// <summary>A grandchild that lives on holds the pipes open, so their end is not waited for long.</summary>
    private static async Task EndAsync(Task exited, Task read)
    {
        await exited;
        await read.WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Hear(Resource resource, ConsoleLog log, string? line, TaskCompletionSource read)
    {
        if (line is null)
        {
            read.TrySetResult();
            return;
        }

        _lastLines.Enqueue(line);
        while (_lastLines.Count > LinesKept)
            _lastLines.TryDequeue(out _);
        log.Relay(resource.Name, line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
