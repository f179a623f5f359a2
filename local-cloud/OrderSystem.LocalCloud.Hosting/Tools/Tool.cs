using System.ComponentModel;
using System.Diagnostics;

namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>Runs programs that are installed on this machine.</summary>
internal static class Tool
{
    /// <summary>Runs a program and waits for it to exit.</summary>
    /// <param name="fileName">The name of the program.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <param name="environment">Environment variables to set in addition to the variables of this process.</param>
    /// <returns>The exit code and the output of the program; the exit code is null if the program is not installed.</returns>
    public static async Task<(int? ExitCode, string Output)> RunAsync(
        string fileName, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(Resolve(fileName), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            process.StartInfo.Environment[name] = value;
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return (null, "");
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// Returns the file name with which a program can be started. On Windows, npm is a batch file, which starts without a
    /// shell only if the full name, npm.cmd, is given.
    /// </summary>
    private static string Resolve(string fileName) => OperatingSystem.IsWindows() && fileName == "npm" ? "npm.cmd" : fileName;
}
