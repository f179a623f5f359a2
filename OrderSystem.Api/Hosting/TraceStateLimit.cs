using System.Diagnostics;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Hosting;

/// <summary>Limits the caller's <c>tracestate</c> before outgoing calls propagate it.</summary>
internal static class TraceStateLimit
{
    public static IApplicationBuilder UseTraceStateLimit(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // HttpClient refuses to send a tracestate with non-ASCII characters, so every call to a store would fail.
        if (Activity.Current is { TraceStateString: { } traceState } span)
            span.TraceStateString = TraceState.Limit(traceState);
        return next(context);
    });
}
