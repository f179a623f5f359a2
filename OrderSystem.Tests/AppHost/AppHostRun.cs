using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrderSystem.Tests.AppHost;

/// <summary>One run of the AppHost, without the dashboard.</summary>
internal sealed partial class AppHostRun : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private AppHostRun(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The output of the AppHost so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <param name="environment">Environment variables for the AppHost, in addition to the variables of the test process.</param>
    /// <param name="arguments">The arguments that follow <c>--no-dashboard</c>.</param>
    public static AppHostRun Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var appHost = Repository.Assembly("OrderSystem.AppHost");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", ["exec", appHost, "--no-dashboard", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new AppHostRun(start);
    }

    /// <summary>Waits until the API is ready.</summary>
    /// <param name="api">A client of the API.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task UpAsync(HttpClient api, CancellationToken cancellationToken)
    {
        while (true)
        {
            Assert.False(_process.HasExited, Output);
            try
            {
                using var health = await api.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                if (health.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // The API is not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits until the AppHost exits by itself.</summary>
    /// <returns>The AppHost's exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, SigTerm);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
