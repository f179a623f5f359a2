using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>Protects a server that runs without authentication on a developer's machine from requests by web pages.</summary>
public static class LocalAccessExtensions
{
    /// <summary>
    /// Refuses a request if its host name is not allowed. Also refuses a request from a web page of another origin if
    /// <paramref name="isProtected"/> returns true for the request.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="hosts">The allowed hosts.</param>
    /// <param name="isProtected">Returns whether a request must be refused if it comes from a page of another origin.</param>
    /// <param name="refuse">
    /// Writes the response to a refused request. The arguments are the request's context, the HTTP status and the reason.
    /// </param>
    public static IApplicationBuilder UseLocalAccess(
        this IApplicationBuilder app, AllowedHosts hosts, Func<HttpRequest, bool> isProtected, Func<HttpContext, int, string, Task> refuse)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("OrderSystem.ServiceDefaults.LocalAccess");
        return app.Use((context, next) =>
        {
            var request = context.Request;
            if (!hosts.Contains(request.Host))
                return RefuseAsync(context, StatusCodes.Status400BadRequest, $"The host name {request.Host} is not allowed. Use localhost, or add the name to AllowedHosts.");
            return CrossSiteRequest.Is(request) && isProtected(request)
                ? RefuseAsync(context, StatusCodes.Status403Forbidden, "Requests from web pages of other origins are refused.")
                : next(context);
        });

        Task RefuseAsync(HttpContext context, int status, string reason)
        {
            Log.AccessRefused(logger, context.Request.Method, context.Request.Path, reason);
            return refuse(context, status, reason);
        }
    }

    /// <summary>Disables ASP.NET Core's own host filter, which also reads <c>AllowedHosts</c> but responds in HTML.</summary>
    public static IServiceCollection AddLocalAccess(this IServiceCollection services) =>
        services.PostConfigure<HostFilteringOptions>(filtering => filtering.AllowedHosts = ["*"]);
}
