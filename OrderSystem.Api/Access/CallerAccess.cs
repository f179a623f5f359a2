using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderSystem.Api.Problems;

namespace OrderSystem.Api.Access;

/// <summary>
/// Records the caller of each request in the trace and the log, and refuses requests that the caller is not allowed to
/// make.
/// </summary>
internal static class CallerAccess
{
    private static readonly object Key = new();

    /// <summary>The caller that sent the request.</summary>
    public static Caller Caller(this HttpContext context) => context.Items[Key] as Caller ?? Access.Caller.Anyone;

    /// <summary>
    /// Authenticates and authorizes callers if <see cref="AccessOptions.IsRequired"/> is true. Endpoints without a
    /// <see cref="Permission"/> remain open to everyone.
    /// </summary>
    public static void UseCallerAccess(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<AccessOptions>();
        if (!options.IsRequired)
            return;
#if JWT
        if (options.Issuer is not null)
            app.UseAuthentication();
#endif
        var logger = app.Services.GetRequiredService<ILogger<Caller>>();
        app.Use(async (context, next) =>
        {
            if (context.User.Identity?.IsAuthenticated == true)
            {
                var caller = Access.Caller.From(context.User, options);
                context.Items[Key] = caller;
                Activity.Current?.SetTag("enduser.id", caller.Id);
            }

            try
            {
                if (Refusal(context) is { } refusal)
                    await refusal.ExecuteAsync(context);
                else
                    await next(context);
            }
            finally
            {
                Log.Access(logger, context.Request.Method, context.Request.Path, context.Caller().Id, context.Response.StatusCode);
            }
        });
    }

    private static ProblemHttpResult? Refusal(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredPermission>() is not { } required)
            return null;
        if (context.Items[Key] is not Caller caller)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.Problem("Authentication is required. Send a token from the API's issuer: Authorization: Bearer …", statusCode: StatusCodes.Status401Unauthorized);
        }

        return required.IsMetBy(caller) ? null : Problem.Forbidden("The caller's token has no scope that allows this.");
    }
}
