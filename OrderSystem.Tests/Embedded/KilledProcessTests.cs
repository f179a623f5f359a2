using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>Kills the API's process while orders are in progress, and restarts it with the same database file.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private const int Orders = 60;
    private const int Stock = 1000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly int _port = FreePort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_accepted_order_completes_exactly_once()
    {
        using var api = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        var orderIds = Enumerable.Range(0, Orders).Select(_ => Sample.Id()).ToList();
        var accepted = 0;
        for (var kill = 1; kill <= 3; kill++)
        {
            using var process = await EmbeddedProcess.StartAsync(_folder.FullName, api);
            if (kill == 1)
                (await api.PutAsJsonAsync(new Uri("/inventory/K1", UriKind.Relative), new { available = Stock }, Cancellation)).EnsureSuccessStatusCode();
            // Orders without a response are sent again, as a client would do.
            var placing = Parallel.ForEachAsync(orderIds[..(kill * Orders / 3)], new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (orderId, _) =>
            {
                if (await TryPlaceAsync(api, orderId))
                    Interlocked.Increment(ref accepted);
            });
            var before = accepted;
            while (!placing.IsCompleted && Volatile.Read(ref accepted) < before + Orders / 6)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
            process.Kill();
            await process.WaitForExitAsync(Cancellation);
            await placing;
        }

        using var last = await EmbeddedProcess.StartAsync(_folder.FullName, api);
        foreach (var orderId in orderIds)
        {
            Assert.True(await TryPlaceAsync(api, orderId));
            Assert.Equal("Completed", (await EmbeddedApi.EndOfAsync(api, orderId)).GetProperty("status").GetString());
            var payment = await api.GetFromJsonAsync<JsonElement>(new Uri($"/orders/{orderId}/payments", UriKind.Relative), Cancellation);
            Assert.Equal("Charged", payment.GetProperty("state").GetString());
        }

        var stock = await api.GetFromJsonAsync<JsonElement>(new Uri("/inventory/K1", UriKind.Relative), Cancellation);
        Assert.Equal(Stock - Orders, stock.GetProperty("available").GetInt32());
        last.Kill();
        await last.WaitForExitAsync(Cancellation);
    }

    private static async Task<bool> TryPlaceAsync(HttpClient api, string orderId)
    {
        try
        {
            using var answer = await EmbeddedApi.PlaceAsync(api, orderId, "K1");
            return answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
