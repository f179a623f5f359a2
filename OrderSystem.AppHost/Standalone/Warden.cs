using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace OrderSystem.AppHost.Standalone;

/// <summary>
/// Outlives the AppHost, however that ends, and then ends what it left running: a shell that is told the processes'
/// ids over a pipe, which closes with the AppHost. On Windows there is none.
/// </summary>
public sealed class Warden : IDisposable
{
    // Ctrl+C in a terminal reaches the shell as well; it must not go before the others.
    private const string Script =
        """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        left=
        while read -r change id; do
          case $change in
            watch) left="$left $id" ;;
            release) rest=; for each in $left; do [ "$each" = "$id" ] || rest="$rest $each"; done; left=$rest ;;
          esac
        done
        [ -n "$left" ] || exit 0
        kill -TERM $left
        for wait in 1 2 3 4 5; do
          sleep 1
          kill -0 $left || exit 0
        done
        kill -KILL $left
        """;

    private readonly Lock _gate = new();
    private readonly Process? _shell;

    /// <summary>Starts it.</summary>
    public Warden()
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            _shell = Process.Start(new ProcessStartInfo("sh", ["-c", Script]) { RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = "/" });
            _shell?.StandardInput.AutoFlush = true;
        }
        catch (Win32Exception)
        {
            // No shell: all else works without it.
        }
    }

    /// <summary>Ends this process when the AppHost is gone.</summary>
    /// <param name="processId">Its id.</param>
    public void Watch(int processId) => Tell("watch", processId);

    /// <summary>Forgets a process that has ended; its id may soon be another's.</summary>
    /// <param name="processId">Its id.</param>
    public void Release(int processId) => Tell("release", processId);

    /// <summary>Ends what is still watched.</summary>
    public void Dispose()
    {
        if (_shell is null)
            return;
        Say(pipe => pipe.Close());
        _shell.Dispose();
    }

    private void Tell(string change, int processId) =>
        Say(pipe => pipe.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{change} {processId}")));

    private void Say(Action<StreamWriter> say)
    {
        if (_shell is null)
            return;
        lock (_gate)
        {
            try
            {
                say(_shell.StandardInput);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Somebody ended the shell; or a process has outlived the host's patience.
            }
        }
    }
}
