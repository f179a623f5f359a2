using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Problems;

/// <summary>Answers 503 with <c>Retry-After</c> while a store can't be reached, and the request's own status where it was malformed.</summary>
internal sealed class StoreUnavailableHandler(IProblemDetailsService problems, ILogger<StoreUnavailableHandler> logger) : IExceptionHandler
{
    /// <summary>When whoever was refused should come back.</summary>
    public const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemDetails? details = exception switch
        {
            StoreUnavailableException => new() { Status = StatusCodes.Status503ServiceUnavailable, Detail = "A store can't be reached now. The same request may be sent again." },
            BadHttpRequestException bad => new() { Status = bad.StatusCode, Detail = bad.Message },
            _ => null,
        };
        if (details is not { Status: { } status })
            return false;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            Log.StoreUnavailable(logger, exception.Message, httpContext.Request.Path);
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = details });
    }
}
