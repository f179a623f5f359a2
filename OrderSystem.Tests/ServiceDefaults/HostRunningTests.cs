using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderSystem.ServiceDefaults;

namespace OrderSystem.Tests.ServiceDefaults;

public sealed class HostRunningTests
{
    [Fact]
    public async Task A_host_stopped_during_startup_ends_without_an_error()
    {
        var starting = new Starting((lifetime, cancellationToken) =>
        {
            lifetime.StopApplication();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });
        await Build(starting).RunUntilStoppedAsync();
        Assert.True(starting.WasCancelled);
    }

    [Fact]
    public async Task A_startup_that_cancels_itself_is_an_error() =>
        await Assert.ThrowsAsync<TaskCanceledException>(() => Build(new Starting((_, _) => Task.FromCanceled(new CancellationToken(canceled: true)))).RunUntilStoppedAsync());

    private static IHost Build(Starting service)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(services =>
        {
            service.Lifetime = services.GetRequiredService<IHostApplicationLifetime>();
            return service;
        });
        return builder.Build();
    }

    private sealed class Starting(Func<IHostApplicationLifetime, CancellationToken, Task> start) : IHostedService
    {
        public IHostApplicationLifetime Lifetime { get; set; } = null!;

        public bool WasCancelled { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                await start(Lifetime, cancellationToken);
            }
            finally
            {
                WasCancelled = cancellationToken.IsCancellationRequested;
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
