using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using OrderSystem.CrashTests.Processes;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>The API's process receives SIGTERM while it is handling a request.</summary>
public sealed class StoppedProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly int _port = FreePort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_request_in_progress_is_finished_and_the_next_process_completes_the_order()
    {
        using var api = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        using var process = await EmbeddedProcess.StartAsync(_folder.FullName, api);
        var orderId = Sample.Id();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/orders", UriKind.Relative))
        {
            Content = new HeldContent($$$"""{"orderId":"{{{orderId}}}","customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":1,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}"""),
        };
        request.Headers.ExpectContinue = true;
        var placing = api.SendAsync(request, Cancellation);
        var content = (HeldContent)request.Content;
        await content.Asked.WaitAsync(Cancellation);
        Signals.Terminate(process.Id);
        await RefusesConnectionsAsync();
        Assert.False(process.HasExited);
        content.Release();
        using (var answer = await placing)
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);

        using var next = await EmbeddedProcess.StartAsync(_folder.FullName, api);
        Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api, orderId)).GetProperty("status").GetString());
        Signals.Terminate(next.Id);
        await next.WaitForExitAsync(Cancellation);
        Assert.Equal(0, next.ExitCode);
    }

    private async Task RefusesConnectionsAsync()
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _port, Cancellation);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>
    /// A request body that is sent only after the test releases it. The client asks for the body when the server has
    /// responded with 100 (Continue), that is, when the server has begun to read the request.
    /// </summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly byte[] _json;
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HeldContent(string json)
        {
            _json = Encoding.UTF8.GetBytes(json);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public Task Asked => _asked.Task;

        public void Release() => _released.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _asked.SetResult();
            await _released.Task;
            await stream.WriteAsync(_json, Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _json.Length;
            return true;
        }
    }
}
