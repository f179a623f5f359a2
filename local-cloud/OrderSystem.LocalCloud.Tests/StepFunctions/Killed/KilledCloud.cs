using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.LocalCloud.Tests.StepFunctions.Killed;

/// <summary>A real LocalCloud process with its own data folder, which can be killed and started again.</summary>
internal sealed partial class KilledCloud : IDisposable
{
    private const string Template = """
        AWSTemplateFormatVersion: 2010-09-09
        Resources:
          Function: { Type: AWS::Lambda::Function, Properties: { FunctionName: f, Handler: F, Timeout: 60 } }
          Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q, VisibilityTimeout: 1 } }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("step-functions-");
    private readonly AwsJson _client;
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<string> _said = [];
    private Process? _process;

    public KilledCloud()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        _client = new AwsJson(Address, "states");
        _patience.CancelAfter(TimeSpan.FromMinutes(3));
        File.WriteAllText(TemplatePath, Template);
    }

    public Uri Address { get; }

    /// <summary>
    /// Limits the test to three minutes. Without this limit, the test would wait indefinitely for a call that was lost.
    /// </summary>
    private CancellationToken Cancellation => _patience.Token;

    private string TemplatePath => Path.Combine(_folder.FullName, "template.yaml");

    public async Task StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "OrderSystem.LocalCloud.dll");
        string[] options = ["--port", $"{Address.Port}", "--data", Path.Combine(_folder.FullName, "data"), "--template", TemplatePath, "--time-scale", "0.1"];
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. options]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (!await _client.IsHealthyAsync(Cancellation))
        {
            Assert.False(_process.HasExited, $"LocalCloud exited while it started: {string.Join('\n', _said)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(Cancellation);
        _process.Dispose();
        _process = null;
    }

    public Task<JsonObject> CallAsync(string operation, JsonObject request) => _client.CallAsync($"AWSStepFunctions.{operation}", request, Cancellation);

    /// <summary>Returns the ids of the calls whose results are in the execution histories on disk.</summary>
    public IReadOnlySet<string> FinishedCalls()
    {
        var finished = new HashSet<string>(StringComparer.Ordinal);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "data", "step-functions", "step-functions.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT event FROM events";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var text = HistoryEventCodec.Read((byte[])rows[0]).Details switch
            {
                OutputDetails output => output.Output.ToJsonString(),
                FailureDetails failure => failure.Cause,
                _ => null,
            };
            if (text is not null && CallId().Match(text) is { Success: true, Value: var id })
                finished.Add(id);
        }

        return finished;
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _client.Dispose();
        _patience.Dispose();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex("call:[^\"\\\\]+", RegexOptions.NonBacktracking)]
    private static partial Regex CallId();
}
