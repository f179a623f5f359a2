using Microsoft.AspNetCore.Http.HttpResults;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Problems;

/// <summary>Creates the API's problem documents (RFC 9457).</summary>
internal static class Problem
{
    /// <summary>
    /// Creates a 400 response that lists every fault under the path of the invalid value. Faults that concern the whole
    /// document are listed under <c>$</c>.
    /// </summary>
    public static ProblemHttpResult Invalid(IReadOnlyList<Fault> faults)
    {
        var errors = faults
            .GroupBy(fault => fault.Path.Length == 0 ? "$" : fault.Path, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(fault => fault.Message).ToArray(), StringComparer.Ordinal);
        return TypedResults.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status400BadRequest,
            Detail = $"{faults.Count} validation error{(faults.Count == 1 ? "" : "s")}; see errors.",
        });
    }

    /// <summary>Adds to the OpenAPI document the status codes with which an endpoint returns a problem document.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.ProducesProblem(status);
        return endpoint;
    }

    public static ProblemHttpResult Forbidden(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
