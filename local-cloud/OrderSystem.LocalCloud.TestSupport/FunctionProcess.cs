using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>
/// A process that runs a function's program as Lambda does: with one handler, and with only the environment variables that
/// Lambda sets or the function declares.
/// </summary>
public sealed class FunctionProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private FunctionProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The output of the process.</summary>
    public string Log => string.Join('\n', _lines);

    /// <summary>Returns the processor time that the process has used so far, and its peak working set in bytes.</summary>
    public (TimeSpan Processor, long PeakMemory) Usage()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _process.PeakWorkingSet64);
    }

    /// <summary>Starts the <c>bootstrap</c> program of an unpacked deployment package.</summary>
    /// <param name="directory">The folder that contains the unpacked package.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="handler">The function's <c>Handler</c>.</param>
    /// <param name="localCloud">The address of the local cloud whose Runtime API the process calls.</param>
    /// <param name="variables">The environment variables that the template declares for the function, and the variables with
    /// the endpoints of AWS services.</param>
    public static FunctionProcess StartPackage(string directory, string function, string handler, Uri localCloud, IReadOnlyDictionary<string, string> variables) =>
        Start(new ProcessStartInfo(Path.Combine(directory, "bootstrap")) { WorkingDirectory = directory }, function, handler, localCloud, variables);

    /// <summary>Starts the development build of a project that hosts functions.</summary>
    public static FunctionProcess StartBuild(string project, string function, string handler, Uri localCloud, IReadOnlyDictionary<string, string> variables) =>
        Start(new ProcessStartInfo("dotnet", ["exec", Repository.Assembly(project)]), function, handler, localCloud, variables);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static FunctionProcess Start(ProcessStartInfo start, string function, string handler, Uri localCloud, IReadOnlyDictionary<string, string> variables)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Clear();
        foreach (var (name, value) in ServiceVariables(function, handler, localCloud).Concat(variables))
            start.Environment[name] = value;
        return new FunctionProcess(start);
    }

    /// <summary>
    /// Returns the environment variables that Lambda sets. Lambda Developer Guide: "Defined runtime environment variables".
    /// <c>AWS_LAMBDA_RUNTIME_API</c> includes the function's name, because LocalCloud's Runtime API has a separate path for
    /// each function.
    /// </summary>
    private static Dictionary<string, string> ServiceVariables(string function, string handler, Uri localCloud) => new()
    {
        ["_HANDLER"] = handler,
        ["AWS_ACCESS_KEY_ID"] = "local",
        ["AWS_DEFAULT_REGION"] = "us-east-1",
        ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "512",
        ["AWS_LAMBDA_FUNCTION_NAME"] = function,
        ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
        ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
        ["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{function}",
        ["AWS_LAMBDA_LOG_STREAM_NAME"] = "2026/01/01/[$LATEST]0",
        ["AWS_LAMBDA_RUNTIME_API"] = $"{localCloud.Authority}/{function}",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_SECRET_ACCESS_KEY"] = "local",
        ["AWS_SESSION_TOKEN"] = "local",
        ["AWS_XRAY_CONTEXT_MISSING"] = "LOG_ERROR",
        ["AWS_XRAY_DAEMON_ADDRESS"] = "169.254.79.129:2000",
        ["LAMBDA_RUNTIME_DIR"] = "/var/runtime",
        ["LAMBDA_TASK_ROOT"] = "/var/task",
        ["LANG"] = "en_US.UTF-8",
        ["LD_LIBRARY_PATH"] = "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin:/opt/bin",
        ["TZ"] = ":UTC",
    };

    private void Hear(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}
