using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>Keeps web pages out of a server on a developer's machine, which asks nobody for a password.</summary>
public static class LocalAccessExtensions
{
    /// <summary>Refuses hosts that are not allowed, and requests of other origins' pages where they could do harm.</summary>
    /// <param name="app">The application.</param>
    /// <param name="hosts">The hosts it answers to.</param>
    /// <param name="isProtected">Whether a request is closed to pages of other origins.</param>
    /// <param name="refuse">Writes the refusal, with a status and a reason.</param>
    public static IApplicationBuilder UseLocalAccess(
        this IApplicationBuilder app, AllowedHosts hosts, Func<HttpRequest, bool> isProtected, Func<HttpContext, int, string, Task> refuse)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("OrderSystem.ServiceDefaults.LocalAccess");
        return app.Use((context, next) =>
        {
            var request = context.Request;
            if (!hosts.Contains(request.Host))
                return RefuseAsync(context, StatusCodes.Status400BadRequest, $"The host {request.Host} is not served here. Use localhost, or allow the name with AllowedHosts, as in a container.");
            return CrossSiteRequest.Is(request) && isProtected(request)
                ? RefuseAsync(context, StatusCodes.Status403Forbidden, "Requests of web pages from other origins are refused.")
                : next(context);
        });

        Task RefuseAsync(HttpContext context, int status, string reason)
        {
            Log.AccessRefused(logger, context.Request.Method, context.Request.Path, reason);
            return refuse(context, status, reason);
        }
    }

    /// <summary>Leaves <c>AllowedHosts</c> to <see cref="UseLocalAccess"/>: ASP.NET Core's own filter reads it too, and answers in HTML.</summary>
    public static IServiceCollection AddLocalAccess(this IServiceCollection services) =>
        services.PostConfigure<HostFilteringOptions>(filtering => filtering.AllowedHosts = ["*"]);
}
