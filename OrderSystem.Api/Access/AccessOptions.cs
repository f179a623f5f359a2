namespace OrderSystem.Api.Access;

/// <summary>What the configuration says of who may do what, under <c>OrderSystem</c>, by the names of the template's parameters.</summary>
internal sealed record AccessOptions
{
    /// <summary>
    /// Whether callers must show who they are: always behind API Gateway, which hands over who its authorizer found; on Kestrel
    /// once an issuer is configured.
    /// </summary>
    public bool IsRequired { get; init; }

    /// <summary>Issuer of the tokens (<c>JwtIssuer</c>), for Kestrel.</summary>
    public string? Issuer { get; init; }

    /// <summary>Audiences of the tokens (<c>JwtAudiences</c>), for Kestrel.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Scopes of which one lets a token place orders and read its customer's (<c>JwtOrderScopes</c>); with none, every accepted token may.</summary>
    public IReadOnlyList<string> OrderScopes { get; init; } = [];

    /// <summary>Scopes of which one lets a token set stock and read every order (<c>JwtOperateScopes</c>); with none, no token may.</summary>
    public IReadOnlyList<string> OperateScopes { get; init; } = [];

    /// <summary>The claim that holds the caller's customer id (<c>JwtCustomerClaim</c>).</summary>
    public string CustomerClaim { get; init; } = "sub";

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="InvalidOperationException">An issuer is configured without an audience: any of its tokens would do.</exception>
    public static AccessOptions From(IConfiguration configuration)
    {
        var defaults = new AccessOptions();
        var issuer = Text("JwtIssuer");
        var audiences = List("JwtAudiences");
        if (issuer is not null && audiences.Count == 0)
            throw new InvalidOperationException("OrderSystem__JwtIssuer is set without OrderSystem__JwtAudiences: name the audience that tokens must be for.");
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
