using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrderSystem.Api.Problems;

/// <summary>
/// Limits the number of concurrent requests. Requests above the limit immediately get status 503 with
/// <c>Retry-After</c>, so that requests do not pile up behind a slow store. <c>/health</c> and <c>/alive</c> are never
/// limited.
/// </summary>
internal static class Overload
{
    /// <summary>The maximum number of concurrent requests if <c>OrderSystem:MaximumRequests</c> is not set.</summary>
    private const int DefaultMaximum = 1024;

    public static void AddOverload(this IServiceCollection services, IConfiguration configuration)
    {
        var maximum = int.TryParse(configuration["OrderSystem:MaximumRequests"], CultureInfo.InvariantCulture, out var configured) && configured > 0 ? configured : DefaultMaximum;
        services.AddRateLimiter(limits =>
        {
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context => IsProbe(context.Request.Path)
                ? RateLimitPartition.GetNoLimiter(true)
                : RateLimitPartition.GetConcurrencyLimiter(false, _ => new ConcurrencyLimiterOptions { PermitLimit = maximum, QueueLimit = 0 }));
            limits.OnRejected = (rejected, _) => new ValueTask(Refusal(rejected.HttpContext, maximum).ExecuteAsync(rejected.HttpContext));
        });
    }

    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/alive", StringComparison.OrdinalIgnoreCase);

    private static ProblemHttpResult Refusal(HttpContext context, int maximum)
    {
        Log.Overloaded(context.RequestServices.GetRequiredService<ILogger<ConcurrencyLimiter>>(), maximum, context.Request.Path);
        context.Response.Headers.RetryAfter = StoreUnavailableHandler.RetryAfterSeconds;
        return TypedResults.Problem("Too many requests are in progress. Send the same request again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
