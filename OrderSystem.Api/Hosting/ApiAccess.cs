using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.Api.Hosting;

/// <summary>
/// Prevents web pages from other origins from calling an API that runs on Kestrel. In AWS, API Gateway decides which
/// origins may call the API.
/// </summary>
internal static class ApiAccess
{
    public static void UseLocalAccess(this WebApplication app)
    {
        if (string.IsNullOrEmpty(app.Configuration["AWS_LAMBDA_RUNTIME_API"]))
            app.UseLocalAccess(new AllowedHosts(app.Configuration["AllowedHosts"]), Changes, RefuseAsync);
    }

    private static bool Changes(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    private static Task RefuseAsync(HttpContext context, int status, string reason) => TypedResults.Problem(reason, statusCode: status).ExecuteAsync(context);
}
