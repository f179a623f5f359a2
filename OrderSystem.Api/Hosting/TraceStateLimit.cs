using System.Diagnostics;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Hosting;

/// <summary>Bounds the caller's <c>tracestate</c> before any call carries it on.</summary>
internal static class TraceStateLimit
{
    public static IApplicationBuilder UseTraceStateLimit(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // HttpClient refuses to send a header that is not ASCII, which would fail every call to a store.
        if (Activity.Current is { TraceStateString: { } traceState } span)
            span.TraceStateString = TraceState.Limit(traceState);
        return next(context);
    });
}
