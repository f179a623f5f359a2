using Microsoft.AspNetCore.Http;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>Detects requests from web pages of other origins.</summary>
public static class CrossSiteRequest
{
    /// <summary>
    /// Whether a web page of another origin sent the request. False for requests from programs, which do not send a
    /// browser's headers.
    /// </summary>
    public static bool Is(HttpRequest request)
    {
        // No page can set or suppress Sec-Fetch-Site. Another port of localhost is the same site, but another origin.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is not ("same-origin" or "none");
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether the request is a browser's navigation to a page, for example after a click on a link.</summary>
    public static bool IsNavigation(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers["Sec-Fetch-Mode"] == "navigate";
}
