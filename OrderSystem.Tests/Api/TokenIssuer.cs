using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.Tests.Api;

/// <summary>A token issuer on the loopback address, which serves its discovery document and its key.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;

    private TokenIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", (HttpContext context) => context.Response.WriteAsync(
            new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys" }.ToJsonString()));
        var parameters = _key.ExportParameters(includePrivateParameters: false);
        var key = new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = "key",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
        _app.MapGet("/keys", (HttpContext context) => context.Response.WriteAsync(new JsonObject { ["keys"] = new JsonArray(key.DeepClone()) }.ToJsonString()));
    }

    public string Issuer => _app.Urls.Single();

    public static async Task<TokenIssuer> StartAsync()
    {
        var issuer = new TokenIssuer();
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>Creates a token that is valid for an hour.</summary>
    /// <param name="subject">The claim <c>sub</c>.</param>
    /// <param name="scope">The claim <c>scope</c>.</param>
    /// <param name="change">Changes the claims.</param>
    /// <param name="key">The key to sign with instead of the issuer's key.</param>
    public string Token(string subject, string scope, Action<JsonObject>? change = null, RSA? key = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = "orders",
            ["sub"] = subject,
            ["scope"] = scope,
            ["nbf"] = now.AddMinutes(-1).ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        var signed = $"{Encode("""{"alg":"RS256","typ":"JWT","kid":"key"}""")}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString((key ?? _key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>Creates a token with the same claims as <see cref="Token"/>, but without a signature.</summary>
    public string Unsigned(string subject, string scope) => $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{Token(subject, scope).Split('.')[1]}.";

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
