using Microsoft.AspNetCore.Http;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>Tells requests that web pages of other origins send from those of programs and of the server's own pages.</summary>
public static class CrossSiteRequest
{
    /// <summary>Whether a page of another origin sent a request. Programs send neither of the headers that tell.</summary>
    public static bool Is(HttpRequest request)
    {
        // No page can set or suppress it. Another port of localhost is the same site, yet another origin.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a browser navigates to a page, as it does for a link that is followed.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers["Sec-Fetch-Mode"] == "navigate";
}
