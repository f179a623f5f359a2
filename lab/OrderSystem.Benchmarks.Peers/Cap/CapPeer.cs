using System.Text.Json;
using DotNetCore.CAP;
using DotNetCore.CAP.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrderSystem.Benchmarks.Embedded;

namespace OrderSystem.Benchmarks.Peers.Cap;

/// <summary>
/// Runs orders on CAP, with its outbox and inbox in PostgreSQL. CAP processes up to 32 messages concurrently, because the
/// benchmark runs 32 orders concurrently by default.
/// </summary>
internal sealed class CapPeer : IOrderRunner
{
    private readonly IHost _host;
    private readonly NpgsqlDataSource _database;
    private readonly ICapPublisher _publisher;
    private readonly OrderEnds _ends;

    private CapPeer(IHost host, NpgsqlDataSource database, OrderEnds ends) =>
        (_host, _database, _ends, _publisher) = (host, database, ends, host.Services.GetRequiredService<ICapPublisher>());

    public static async Task<CapPeer> StartAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var ends = new OrderEnds();
        builder.Services.AddSingleton(database).AddSingleton(ends).AddSingleton<OrderSteps>();
        builder.Services.AddCap(cap =>
        {
            cap.UsePostgreSql(postgres => postgres.DataSource = database);
            cap.RegisterExtension(new InProcessTransport());
            cap.EnablePublishParallelSend = true;
            cap.EnableSubscriberParallelExecute = true;
            cap.SubscriberParallelExecuteThreadCount = 32;
            cap.SubscriberParallelExecuteBufferFactor = 4;
        });
        var host = builder.Build();
        await host.Services.GetRequiredService<IStorageInitializer>().InitializeAsync(cancellationToken);
        await host.StartAsync(cancellationToken);
        while (!host.Services.GetRequiredService<IBootstrapper>().IsStarted)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        return new CapPeer(host, database, ends);
    }

    public async Task RunAsync(string orderId, CancellationToken cancellationToken)
    {
        var end = _ends.Watch(orderId);
        var order = new CapOrder(orderId, "c-1", OrderEffects.Sku, 1, 9.95m, "tok_ok");
        await using (var connection = await _database.OpenConnectionAsync(cancellationToken))
        using (var transaction = await connection.BeginTransactionAsync(_publisher, autoCommit: false, cancellationToken))
        {
            await OrderEffects.ExecuteAsync(connection, null, "INSERT INTO orders (id, status, document) VALUES ($1, 'Pending', $2)", orderId, JsonSerializer.Serialize(order));
            await _publisher.PublishAsync(OrderSteps.Validate, order, cancellationToken: cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await OrderEnds.CompletedAsync(orderId, end, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
