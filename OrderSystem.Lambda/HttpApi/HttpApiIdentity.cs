using System.Security.Claims;
using System.Text.Json;

namespace OrderSystem.Lambda.HttpApi;

/// <summary>Maps the result of API Gateway's authorizer to the request's user.</summary>
public static class HttpApiIdentity
{
    /// <summary>The authentication type of a request signed with IAM credentials.</summary>
    public const string Iam = "AWS_IAM";

    /// <summary>The authentication type of a request with a JWT.</summary>
    public const string Jwt = "JWT";

    /// <summary>The type of the claim that contains an IAM principal's ARN.</summary>
    public const string IamArn = "arn";

    /// <summary>Creates the request's user; returns null if the route has no authorizer.</summary>
    internal static ClaimsPrincipal? From(HttpApiAuthorizer? authorizer) => authorizer switch
    {
        { Jwt.Claims: { } claims } => new(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Key, Text(claim.Value))), Jwt)),
        { Iam.UserArn: { } arn } => new(new ClaimsIdentity([new Claim(IamArn, arn)], Iam)),
        _ => null,
    };

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
