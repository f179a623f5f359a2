using Microsoft.AspNetCore.Http;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>Detects requests from web pages of other origins.</summary>
public static class CrossSiteRequest
{
    /// <summary>Whether a page of another origin sent a request. False for programs: they do not send these headers.</summary>
    public static bool Is(HttpRequest request)
    {
        // No page can set or suppress this header. Another port of localhost is the same site, but another origin.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a browser navigates to a page, for example after a click on a link.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers["Sec-Fetch-Mode"] == "navigate";
}
