using OrderSystem.Api.Problems;

namespace OrderSystem.Api.Access;

/// <summary>The permission that an endpoint requires of its caller.</summary>
internal enum Permission
{
    /// <summary>May place orders.</summary>
    Order,

    /// <summary>May read orders. The endpoint decides whether the caller may read every order or only its own.</summary>
    Read,

    /// <summary>May set stock, read every order and redrive dead letters.</summary>
    Operate,
}

/// <summary>Declares an endpoint's required permission.</summary>
internal static class PermissionExtensions
{
    /// <summary>If authentication is on, allows only callers with the permission to call the endpoint.</summary>
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder endpoint, Permission permission) => endpoint
        .WithMetadata(new RequiredPermission(permission))
        .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
}

/// <summary>Endpoint metadata: the permission that the endpoint requires.</summary>
internal sealed record RequiredPermission(Permission Permission)
{
    /// <summary>Whether a caller has the permission.</summary>
    public bool IsMetBy(Caller caller) => Permission switch
    {
        Permission.Order => caller.MayOrder,
        Permission.Read => caller.MayOrder || caller.MayOperate,
        _ => caller.MayOperate,
    };
}
