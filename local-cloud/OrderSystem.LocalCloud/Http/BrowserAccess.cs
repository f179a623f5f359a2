using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.LocalCloud.Http;

/// <summary>What web pages of other origins may ask: to be shown something by a link, and nothing else.</summary>
internal static class BrowserAccess
{
    /// <summary>Whether pages of other origins may not make this request. A GET of the Runtime API counts: it would take an invocation away from the program that serves the function.</summary>
    public static bool IsProtected(HttpRequest request) =>
        !CrossSiteRequest.IsNavigation(request) || request.Path.Value?.Contains("/2018-06-01/runtime/", StringComparison.Ordinal) == true;

    /// <summary>Refuses in the words of the protocol that the request speaks.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        var error = new AwsServiceException(status == StatusCodes.Status403Forbidden ? "AccessDeniedException" : "InvalidHostException", reason, status);
        return context.Request.Headers.ContainsKey("X-Amz-Target") ? AwsErrors.WriteJsonAsync(context, error) : AwsErrors.WriteRestAsync(context, error);
    }
}
