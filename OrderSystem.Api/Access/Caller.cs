using System.Security.Claims;
using OrderSystem.Core.Orders;
using OrderSystem.Lambda.HttpApi;

namespace OrderSystem.Api.Access;

/// <summary>The sender of a request, with its permissions.</summary>
/// <param name="Id">The caller's id in logs and spans; null if authentication is off.</param>
/// <param name="CustomerId">The caller's customer id; null for callers that are not customers.</param>
/// <param name="IsBound">
/// Whether the caller may act only for <paramref name="CustomerId"/>; false if the caller may act for every customer.
/// </param>
/// <param name="MayOrder">Whether the caller may place and read its customer's orders.</param>
/// <param name="MayOperate">Whether the caller may set stock and read every order.</param>
internal sealed record Caller(string? Id, string? CustomerId, bool IsBound, bool MayOrder, bool MayOperate)
{
    /// <summary>The caller of every request when authentication is off. This caller may do everything.</summary>
    public static Caller Anyone { get; } = new(null, null, IsBound: false, MayOrder: true, MayOperate: true);

    /// <summary>Whether the caller may place orders for a customer.</summary>
    public bool MayPlaceFor(string customerId) => MayOrder && (!IsBound || CustomerId == customerId);

    /// <summary>Whether the caller may read a customer's orders.</summary>
    public bool MaySee(string customerId) => MayOperate || MayPlaceFor(customerId);

    /// <summary>Creates the caller from an authenticated identity.</summary>
    public static Caller From(ClaimsPrincipal user, AccessOptions options)
    {
        // IAM policies already decide which methods and paths an IAM principal may call. Customers have no IAM credentials.
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

    // Issuers send "scope" as a string and "scp" as a list; API Gateway passes a list on as "[a b]".
    private static HashSet<string> Scopes(ClaimsPrincipal user) =>
        [.. user.Claims.Where(claim => claim.Type is "scope" or "scp").SelectMany(claim => claim.Value.Trim('[', ']').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))];
}
