using System.Diagnostics;
using System.Net;
using OrderSystem.LocalCloud.Hosting.DynamoDB;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>
/// A fresh DynamoDB Local, in memory, on a free port. Each test class that needs a table with a stream has its own DynamoDB
/// Local (<c>IClassFixture</c>), because a second table with a stream permanently slows down a DynamoDB Local process.
/// </summary>
public sealed class DynamoDbLocalFixture : IAsyncLifetime
{
    private Process? _process;

    /// <summary>The endpoint of DynamoDB Local.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var port = FreePort.Next();
        Endpoint = new Uri($"http://127.0.0.1:{port}");
        var command = await DynamoDBLocal.JavaCommandAsync(port, dataDirectory: null, progress: null, cancellationToken);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command.FileName, command.Arguments)
            {
                WorkingDirectory = command.WorkingDirectory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await AnswersAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(Endpoint, either.Token);
                if (response.StatusCode != HttpStatusCode.BadRequest)
                    continue;
                LoopbackSockets.ThrowIfExposed(Endpoint.Port);
                return;
            }
            catch (HttpRequestException) when (!_process!.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, either.Token);
            }
        }
    }
}
