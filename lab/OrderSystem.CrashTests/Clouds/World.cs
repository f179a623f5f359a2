using OrderSystem.CrashTests.Outside;
using OrderSystem.CrashTests.Processes;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>
/// The payment gateway, the telemetry receiver and the timeline, which outlive the tested processes.
/// </summary>
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
