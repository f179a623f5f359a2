using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Problems;

/// <summary>
/// Responds with 503 and <c>Retry-After</c> when a store is unavailable, and with the exception's own status when the
/// request is malformed.
/// </summary>
internal sealed class StoreUnavailableHandler(IProblemDetailsService problems, ILogger<StoreUnavailableHandler> logger) : IExceptionHandler
{
    /// <summary>The value of the header <c>Retry-After</c>, in seconds.</summary>
    public const string RetryAfterSeconds = "2";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemDetails? details = exception switch
        {
            StoreUnavailableException => new() { Status = StatusCodes.Status503ServiceUnavailable, Detail = "A store is unavailable. Send the same request again later." },
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
