using System.Diagnostics;

namespace OrderSystem.Tests.Embedded;

/// <summary>Starts the API with the embedded cloud as a real process, which a test can kill or stop.</summary>
internal static class EmbeddedProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the process, and returns when it is ready.</summary>
    /// <param name="data">The folder of the database.</param>
    /// <param name="api">A client of the API. The process listens on the client's base address.</param>
    public static async Task<Process> StartAsync(string data, HttpClient api)
    {
        var program = Repository.Assembly("OrderSystem.Api");
        var start = new ProcessStartInfo("dotnet", ["exec", program, "--Cloud", "Embedded"]) { UseShellExecute = false };
        start.Environment["ASPNETCORE_URLS"] = api.BaseAddress!.ToString();
        start.Environment["OrderSystem__Data"] = data;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            Assert.False(process.HasExited, "The process exited while it was starting.");
            try
            {
                using var health = await api.GetAsync(new Uri("/health", UriKind.Relative), patience.Token);
                if (health.IsSuccessStatusCode)
                    return process;
            }
            catch (HttpRequestException)
            {
                // The process is not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
