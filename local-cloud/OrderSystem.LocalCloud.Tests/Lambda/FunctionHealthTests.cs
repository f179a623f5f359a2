using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Tests.Lambda;

public sealed class FunctionHealthTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_does_not_respond_is_reported_until_one_responds()
    {
        var function = cloud.CreateFunction(timeoutSeconds: 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.DoesNotContain(function, await ComplaintAsync(), StringComparison.Ordinal);
            var late = InvokeAsync(function);
            (await NextAsync(function)).Dispose();
            (await late).Dispose();
        }

        var functions = cloud.Host.Services.GetRequiredService<FunctionRegistry>();
        functions.CreateOrUpdate(functions.Get(function).Configuration with { Timeout = TimeSpan.FromMinutes(5) });
        var waiting = InvokeAsync(function);
        using var next = await NextAsync(function);
        Assert.Contains($"{function} did not respond in time to its last 3 invocations", await ComplaintAsync(), StringComparison.Ordinal);
        var requestId = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        (await cloud.Client.PostAsync($"/{function}/2018-06-01/runtime/invocation/{requestId}/response", new StringContent("{}"), Cancellation)).Dispose();
        (await waiting).Dispose();
        Assert.DoesNotContain(function, await ComplaintAsync(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> InvokeAsync(string function) => cloud.Client.PostAsync($"/2015-03-31/functions/{function}/invocations", new StringContent("{}"), Cancellation);

    private Task<HttpResponseMessage> NextAsync(string function) => cloud.Client.GetAsync($"/{function}/2018-06-01/runtime/invocation/next", Cancellation);

    private async Task<string> ComplaintAsync()
    {
        using var answer = await cloud.Client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
        var check = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("checks").GetProperty("functions");
        return check.TryGetProperty("description", out var description) ? description.GetString()! : "";
    }
}
