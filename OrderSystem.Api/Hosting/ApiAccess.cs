using OrderSystem.ServiceDefaults.LocalAccess;

namespace OrderSystem.Api.Hosting;

/// <summary>Keeps web pages out of an API that runs on Kestrel; in AWS, API Gateway decides which may call it.</summary>
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
