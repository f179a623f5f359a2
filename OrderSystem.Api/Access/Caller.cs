using System.Security.Claims;
using OrderSystem.Core.Orders;
using OrderSystem.Lambda.HttpApi;

namespace OrderSystem.Api.Access;

/// <summary>Who sent a request, and what that allows.</summary>
/// <param name="Id">The caller's id in logs and spans; null where nobody is asked.</param>
/// <param name="CustomerId">The customer that the caller is; null for callers that are not customers.</param>
/// <param name="IsBound">Whether the caller may act for that customer only.</param>
/// <param name="MayOrder">Whether the caller may place orders, and read those of its customer.</param>
/// <param name="MayOperate">Whether the caller may set stock, and read every order.</param>
internal sealed record Caller(string? Id, string? CustomerId, bool IsBound, bool MayOrder, bool MayOperate)
{
    /// <summary>Whoever calls where nobody is asked.</summary>
    public static Caller Anyone { get; } = new(null, null, IsBound: false, MayOrder: true, MayOperate: true);

    /// <summary>Whether the caller may place orders in a customer's name.</summary>
    public bool MayPlaceFor(string customerId) => MayOrder && (!IsBound || CustomerId == customerId);

    /// <summary>Whether the caller may read a customer's orders.</summary>
    public bool MaySee(string customerId) => MayOperate || MayPlaceFor(customerId);

    /// <summary>The caller that an authenticated identity is.</summary>
    public static Caller From(ClaimsPrincipal user, AccessOptions options)
    {
        // What an IAM principal may call is in its policies, by method and path: no customer's device has such credentials.
        if (user.Identity?.AuthenticationType == HttpApiIdentity.Iam)
            return new Caller(user.FindFirst(HttpApiIdentity.IamArn)?.Value, null, IsBound: false, MayOrder: true, MayOperate: true);
        var customerId = user.FindFirst(options.CustomerClaim)?.Value;
        var scopes = Scopes(user);
        return new Caller(
            user.FindFirst("sub")?.Value ?? customerId,
            customerId is not null && OrderRules.IsCustomerId(customerId) ? customerId : null,
            IsBound: true,
            MayOrder: options.OrderScopes.Count == 0 || scopes.Overlaps(options.OrderScopes),
            MayOperate: scopes.Overlaps(options.OperateScopes));
    }

    // Issuers write scope as one text, scp as a list; API Gateway hands a list over as [a b].
    private static HashSet<string> Scopes(ClaimsPrincipal user) =>
        [.. user.Claims.Where(claim => claim.Type is "scope" or "scp").SelectMany(claim => claim.Value.Trim('[', ']').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))];
}
