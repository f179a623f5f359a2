using Microsoft.AspNetCore.Http.HttpResults;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Problems;

/// <summary>The problem documents of RFC 9457 that the API answers with.</summary>
internal static class Problem
{
    /// <summary>Names every fault, under its path in the document; faults of the document itself under <c>$</c>.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyList<Fault> faults)
    {
        var errors = faults
            .GroupBy(fault => fault.Path.Length == 0 ? "$" : fault.Path, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(fault => fault.Message).ToArray(), StringComparer.Ordinal);
        return TypedResults.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status400BadRequest,
            Detail = $"{faults.Count} thing{(faults.Count == 1 ? "" : "s")} to mend; see errors.",
        });
    }

    /// <summary>Documents the statuses that an endpoint answers with a problem.</summary>
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.ProducesProblem(status);
        return endpoint;
    }

    public static ProblemHttpResult Forbidden(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
