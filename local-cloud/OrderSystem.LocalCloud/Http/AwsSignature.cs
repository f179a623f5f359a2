namespace OrderSystem.LocalCloud.Http;

/// <summary>
/// The scope of a Signature Version 4 <c>Authorization</c> header (<c>Credential=KEY/DATE/REGION/SERVICE/aws4_request</c>).
/// The scope names the region and the service of a request. The signature is not verified, because every caller is on
/// this machine.
/// </summary>
internal static class AwsSignature
{
    /// <summary>The region, or null if the request is not signed.</summary>
    public static string? Region(HttpContext context) => Scope(context, 2);

    /// <summary>The service, or null if the request is not signed.</summary>
    public static string? Service(HttpContext context) => Scope(context, 3);

    private static string? Scope(HttpContext context, int part)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        var start = authorization.IndexOf("Credential=", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var end = authorization.IndexOf(',', start);
        var scope = authorization[(start + 11)..(end < 0 ? authorization.Length : end)].Split('/');
        return scope.Length == 5 && scope[part].Length > 0 ? scope[part] : null;
    }
}
