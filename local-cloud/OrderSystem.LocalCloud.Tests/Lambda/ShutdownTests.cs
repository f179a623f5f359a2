using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Tests.Lambda;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_function_waiting_for_its_next_event_does_not_delay_shutdown()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cloud = new LocalCloudFixture();
        await cloud.InitializeAsync();
        var function = cloud.CreateFunction();
        var next = cloud.Client.GetAsync($"/{function}/2018-06-01/runtime/invocation/next", cancellationToken);
        while (!cloud.Host.Services.GetRequiredService<FunctionRegistry>().Get(function).IsServed)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);

        await cloud.Host.DisposeAsync();
        using var answer = await next;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        cloud.Client.Dispose();
    }
}
