using System.Diagnostics;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Hosting;

/// <summary>Limits the caller's <c>tracestate</c> before outgoing calls propagate it.</summary>
internal static class TraceStateLimit
{
    public static IApplicationBuilder UseTraceStateLimit(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // With a non-ASCII tracestate, every call to a store would fail, because HttpClient refuses to send it.
        if (Activity.Current is { TraceStateString: { } traceState } span)
            span.TraceStateString = TraceState.Limit(traceState);
        return next(context);
    });
}
