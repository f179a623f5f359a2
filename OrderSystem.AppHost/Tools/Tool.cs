using System.ComponentModel;
using System.Diagnostics;

namespace OrderSystem.AppHost.Tools;

/// <summary>Short runs of the machine's own programs.</summary>
public static class Tool
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and what it printed; the code is null where the program isn't installed.</returns>
    public static async Task<(int? ExitCode, string Output)> RunAsync(string fileName, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(Resolve(fileName), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
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

    /// <summary>npm is a script on Windows, which only a shell or its full name starts.</summary>
    private static string Resolve(string fileName) => OperatingSystem.IsWindows() && fileName == "npm" ? "npm.cmd" : fileName;
}
