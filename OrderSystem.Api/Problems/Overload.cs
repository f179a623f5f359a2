using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrderSystem.Api.Problems;

/// <summary>
/// Refuses what would only pile up. Requests that wait for a store are held up to a number; those beyond are told at once
/// to come back. Who asks for the API's health is always answered.
/// </summary>
internal static class Overload
{
    /// <summary>Requests under way at once unless <c>OrderSystem:MaximumRequests</c> says otherwise.</summary>
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
        return TypedResults.Problem("Too many requests are under way now. The same request may be sent again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
