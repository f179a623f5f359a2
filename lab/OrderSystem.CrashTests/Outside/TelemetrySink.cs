using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.CrashTests.Outside;

/// <summary>
/// The receiver of the tested programs' telemetry (OTLP over HTTP). The test can make the receiver close connections or stop
/// responding.
/// </summary>
internal sealed class TelemetrySink : LoopbackServer
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);

    private long _received;

    private TelemetrySink(WebApplication app)
        : base(app)
    {
    }

    /// <summary>How the receiver responds to exports.</summary>
    public TelemetryState State { get; set; }

    /// <summary>The number of exports that were received, including those without a response.</summary>
    public long Received => Interlocked.Read(ref _received);

    public static Task<TelemetrySink> StartAsync(CancellationToken cancellationToken) => StartAsync(app => new TelemetrySink(app), cancellationToken);

    protected override async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _received);
        switch (State)
        {
            case TelemetryState.Cut:
                context.Abort();
                return;
            case TelemetryState.Hanging:
                await Task.Delay(Hang, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            default:
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
                context.Response.ContentType = "application/x-protobuf";
                return;
        }
    }
}

/// <summary>How the telemetry receiver responds to exports.</summary>
internal enum TelemetryState
{
    /// <summary>Accepts every export.</summary>
    Answering,

    /// <summary>Closes every connection.</summary>
    Cut,

    /// <summary>Accepts connections, but responds only after five seconds.</summary>
    Hanging,
}
