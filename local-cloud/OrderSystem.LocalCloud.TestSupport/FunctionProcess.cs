using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>A function's program as the Lambda service starts it: one handler, and no variable but those that Lambda sets.</summary>
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

    /// <summary>The processor time of the process so far, and its largest resident memory in bytes.</summary>
    public (TimeSpan Processor, long PeakMemory) Usage()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _process.PeakWorkingSet64);
    }

    /// <summary>Starts the <c>bootstrap</c> of an unpacked package.</summary>
    /// <param name="directory">Where it is unpacked.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="handler">Its <c>Handler</c>.</param>
    /// <param name="localCloud">Whose Runtime API it serves.</param>
    /// <param name="variables">The function's own variables, as the template declares them, and endpoints.</param>
    public static FunctionProcess StartPackage(string directory, string function, string handler, Uri localCloud, IReadOnlyDictionary<string, string> variables) =>
        Start(new ProcessStartInfo(Path.Combine(directory, "bootstrap")) { WorkingDirectory = directory }, function, handler, localCloud, variables);

    /// <summary>Starts a host's development build.</summary>
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

    /// <summary>AWS Lambda Developer Guide: "Defined runtime environment variables". LocalCloud's Runtime API has a path per function.</summary>
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
