using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.Crashes.Outside;

/// <summary>Where telemetry goes (OTLP over HTTP), until it is cut.</summary>
internal sealed class TelemetrySink : LoopbackServer
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);

    private long _received;

    private TelemetrySink(WebApplication app)
        : base(app)
    {
    }

    /// <summary>How it treats who exports.</summary>
    public TelemetryState State { get; set; }

    /// <summary>Exports that came, whatever became of them.</summary>
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

/// <summary>How the receiver of telemetry treats who exports.</summary>
internal enum TelemetryState
{
    /// <summary>Takes everything.</summary>
    Answering,

    /// <summary>Closes every connection.</summary>
    Cut,

    /// <summary>Keeps everybody waiting.</summary>
    Hanging,
}
