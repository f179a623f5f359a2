using System.Diagnostics;

namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>The result of running a script in <c>deploy/</c>.</summary>
/// <param name="ExitCode">The script's exit code; 0 if it succeeded.</param>
/// <param name="Output">The script's standard output.</param>
/// <param name="Error">The script's standard error.</param>
internal sealed record ScriptRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a script in <c>deploy/</c> with a folder of fake programs at the beginning of PATH.</summary>
    /// <param name="script">The script's file name in <c>deploy/</c>.</param>
    /// <param name="tools">The folder with the fake programs.</param>
    /// <param name="answer">The text that the script reads from standard input, in place of a user's input.</param>
    /// <param name="arguments">The script's arguments.</param>
    public static Task<ScriptRun> RunAsync(string script, string tools, string answer, IEnumerable<string> arguments) =>
        StartAsync(Path.Combine(DeployedTemplate.Folder, script), tools, answer, arguments);

    /// <summary>Writes an executable script into a folder with fake programs.</summary>
    public static void WriteTool(string tools, string name, string text)
    {
        var path = Path.Combine(tools, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Runs a script file in any folder, in the same way as <see cref="RunAsync"/>.</summary>
    public static async Task<ScriptRun> StartAsync(string path, string tools, string answer, IEnumerable<string> arguments)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("bash", [path, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["AWS_REGION"] = "eu-central-1",
                    ["AWS_ACCESS_KEY_ID"] = "local",
                    ["AWS_SECRET_ACCESS_KEY"] = "local",
                    ["AWS_PAGER"] = "",
                    ["AWS_MAX_ATTEMPTS"] = "1",
                },
            },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(answer);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return new ScriptRun(process.ExitCode, await output, await error);
    }
}
