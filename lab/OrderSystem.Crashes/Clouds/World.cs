using OrderSystem.Crashes.Outside;
using OrderSystem.Crashes.Processes;

namespace OrderSystem.Crashes.Clouds;

/// <summary>What outlives every process that is broken: the payment gateway, the receiver of telemetry, the record of what happened.</summary>
internal sealed class World : IAsyncDisposable
{
    private World(PaymentGatewayServer gateway, TelemetrySink telemetry) => (Gateway, Telemetry) = (gateway, telemetry);

    public PaymentGatewayServer Gateway { get; }

    public TelemetrySink Telemetry { get; }

    public Timeline Timeline { get; } = new();

    public static async Task<World> StartAsync(CancellationToken cancellationToken) =>
        new(await PaymentGatewayServer.StartAsync(cancellationToken), await TelemetrySink.StartAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Telemetry.DisposeAsync();
    }
}
