using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.LocalCloud.Http;

/// <summary>Decides which requests a web page of another origin may make: only navigation, for example by a link.</summary>
internal static class BrowserAccess
{
    /// <summary>
    /// Whether pages of other origins must not make this request; false for navigation, except to the Runtime API: a GET
    /// there would take an invocation from the program that serves the function.
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
