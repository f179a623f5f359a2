using OrderSystem.Api.Problems;

namespace OrderSystem.Api.Access;

/// <summary>What an endpoint asks of its caller.</summary>
internal enum Permission
{
    /// <summary>To place orders.</summary>
    Order,

    /// <summary>To read orders: one's own, or all of them. The endpoint tells which.</summary>
    Read,

    /// <summary>To set stock, and to deal with every order.</summary>
    Operate,
}

/// <summary>Declares it.</summary>
internal static class PermissionExtensions
{
    /// <summary>Lets only callers in that have a permission, where callers are asked at all.</summary>
    public static RouteHandlerBuilder Requires(this RouteHandlerBuilder endpoint, Permission permission) => endpoint
        .WithMetadata(new RequiredPermission(permission))
        .ProducesProblems(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden);
}

/// <summary>An endpoint's permission, as metadata.</summary>
internal sealed record RequiredPermission(Permission Permission)
{
    /// <summary>Whether a caller has it.</summary>
    public bool IsMetBy(Caller caller) => Permission switch
    {
        Permission.Order => caller.MayOrder,
        Permission.Read => caller.MayOrder || caller.MayOperate,
        _ => caller.MayOperate,
    };
}
