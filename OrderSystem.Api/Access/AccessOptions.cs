namespace OrderSystem.Api.Access;

/// <summary>
/// Access settings from the configuration section <c>OrderSystem</c>. The keys have the same names as the parameters of
/// <c>deploy/template.yaml</c>.
/// </summary>
internal sealed record AccessOptions
{
    /// <summary>
    /// Whether callers must authenticate. Always true behind API Gateway, whose authorizer passes on the caller's identity.
    /// On Kestrel, true only if an issuer is configured.
    /// </summary>
    public bool IsRequired { get; init; }

    /// <summary>
    /// The issuer of the tokens (<c>JwtIssuer</c>); null if none is configured. Used only when the API runs on Kestrel:
    /// behind API Gateway, the authorizer checks the tokens.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>
    /// The accepted audiences of the tokens (<c>JwtAudiences</c>). Used only when the API runs on Kestrel: behind API Gateway,
    /// the authorizer checks the tokens.
    /// </summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>
    /// Any one of these scopes allows a caller to place and read its own orders (<c>JwtOrderScopes</c>). If the list is
    /// empty, a caller needs no scope to place and read its own orders.
    /// </summary>
    public IReadOnlyList<string> OrderScopes { get; init; } = [];

    /// <summary>
    /// Any one of these scopes allows a caller to set stock and read every order (<c>JwtOperateScopes</c>). If the list is
    /// empty, no token allows a caller to set stock or read every order.
    /// </summary>
    public IReadOnlyList<string> OperateScopes { get; init; } = [];

    /// <summary>The claim that contains the caller's customer id (<c>JwtCustomerClaim</c>).</summary>
    public string CustomerClaim { get; init; } = "sub";

    /// <summary>Reads the access settings from the configuration.</summary>
    /// <exception cref="InvalidOperationException">
    /// An issuer is configured without an audience, so tokens meant for other services would be accepted.
    /// </exception>
    public static AccessOptions From(IConfiguration configuration)
    {
        var defaults = new AccessOptions();
        var issuer = Text("JwtIssuer");
        var audiences = List("JwtAudiences");
        if (issuer is not null && audiences.Count == 0)
            throw new InvalidOperationException("OrderSystem__JwtIssuer is set without OrderSystem__JwtAudiences. Set OrderSystem__JwtAudiences to the audiences that the API accepts.");
        return new AccessOptions
        {
            IsRequired = issuer is not null || !string.IsNullOrEmpty(configuration["AWS_LAMBDA_RUNTIME_API"]),
            Issuer = issuer,
            Audiences = audiences,
            OrderScopes = List("JwtOrderScopes"),
            OperateScopes = List("JwtOperateScopes"),
            CustomerClaim = Text("JwtCustomerClaim") ?? defaults.CustomerClaim,
        };

        string? Text(string name) => configuration[$"OrderSystem:{name}"] is { Length: > 0 } text ? text : null;
        IReadOnlyList<string> List(string name) => Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
    }
}
