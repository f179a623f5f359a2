using System.Diagnostics;

namespace OrderSystem.Tests.Embedded;

/// <summary>The API with the embedded cloud as the real process, to be killed or stopped.</summary>
internal static class EmbeddedProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it, and returns once it is ready.</summary>
    /// <param name="data">Its folder.</param>
    /// <param name="api">A client whose base address it is to listen on.</param>
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
            Assert.False(process.HasExited, "the process ended while it started");
            try
            {
                using var health = await api.GetAsync(new Uri("/health", UriKind.Relative), patience.Token);
                if (health.IsSuccessStatusCode)
                    return process;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
