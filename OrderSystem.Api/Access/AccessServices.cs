#if JWT
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
#endif

namespace OrderSystem.Api.Access;

/// <summary>Registers the authentication of callers.</summary>
internal static class AccessServices
{
    /// <summary>
    /// Adds the access options and, on Kestrel, JWT validation. Behind API Gateway, the authorizer has already validated
    /// the token.
    /// </summary>
    /// <exception cref="InvalidOperationException">An issuer is configured without an audience.</exception>
    public static void AddCallerAccess(this IServiceCollection services, IConfiguration configuration)
    {
        var options = AccessOptions.From(configuration);
        services.AddSingleton(options);
#if JWT
        if (options.Issuer is { } issuer && string.IsNullOrEmpty(configuration["AWS_LAMBDA_RUNTIME_API"]))
            services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(jwt => Configure(jwt, issuer, options.Audiences));
#endif
    }

#if JWT
    private static void Configure(JwtBearerOptions jwt, string issuer, IReadOnlyList<string> audiences)
    {
        jwt.Authority = issuer;
        jwt.MapInboundClaims = false;
        jwt.RequireHttpsMetadata = !new Uri(issuer).IsLoopback;
        jwt.TokenValidationParameters.ValidIssuer = issuer;
        // As in API Gateway, the "client_id" of a token without "aud" (such as an access token of Amazon Cognito) must be one
        // of the audiences.
        jwt.TokenValidationParameters.AudienceValidator = (given, token, _) => given.Any()
            ? given.Any(audience => audiences.Contains(audience, StringComparer.Ordinal))
            : token is JsonWebToken web && web.TryGetClaim("client_id", out var client) && audiences.Contains(client.Value, StringComparer.Ordinal);
    }
#endif
}
