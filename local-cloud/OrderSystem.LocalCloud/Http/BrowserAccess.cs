using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.LocalCloud.Http;

/// <summary>
/// Decides which requests a web page of another origin may make. Only navigation requests, such as following a link, are
/// allowed.
/// </summary>
internal static class BrowserAccess
{
    /// <summary>
    /// Whether to reject this request when it comes from a page of another origin. Navigation is allowed, except to the Runtime
    /// API, where a GET would take an invocation away from the process that serves the function.
    /// </summary>
    public static bool IsProtected(HttpRequest request) =>
        !CrossSiteRequest.IsNavigation(request) || request.Path.Value?.Contains("/2018-06-01/runtime/", StringComparison.Ordinal) == true;

    /// <summary>Rejects a request with an error in the request's protocol.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        var error = new AwsServiceException(status == StatusCodes.Status403Forbidden ? "AccessDeniedException" : "InvalidHostException", reason, status);
        return context.Request.Headers.ContainsKey("X-Amz-Target") ? AwsErrors.WriteJsonAsync(context, error) : AwsErrors.WriteRestAsync(context, error);
    }
}
