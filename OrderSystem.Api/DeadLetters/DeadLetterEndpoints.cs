#if EMBEDDED
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderSystem.Api.Access;
using OrderSystem.Api.Problems;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded.DeadLetters;

namespace OrderSystem.Api.DeadLetters;

/// <summary>
/// The <c>/dead-letters</c> endpoints, which exist in the embedded cloud only. The other clouds have an SQS queue instead,
/// which the command <c>dlq</c> reads.
/// </summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var letters = routes.MapGroup("").WithTags("Dead letters");
        letters.MapGet("/dead-letters", List).WithName("ListDeadLetters").WithSummary("Lists dead letters, oldest first").Requires(Permission.Operate)
            .ProducesValidationProblem()
            .ProducesProblems(StatusCodes.Status503ServiceUnavailable);
        letters.MapGet("/dead-letters/{number}", Find).WithName("GetDeadLetter").WithSummary("Shows a dead letter with its message").Requires(Permission.Operate)
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        letters.MapPost("/dead-letters/{number}/redrive", RedriveAsync).WithName("RedriveDeadLetter")
            .WithSummary("Redrives a dead letter, and removes it if that succeeds").Requires(Permission.Operate)
            .ProducesProblems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable);
    }

    private static Results<Ok<DeadLetterList>, ProblemHttpResult> List(string? limit, string? cursor, IDeadLetters letters)
    {
        var faults = new List<Fault>();
        var size = PageSize.Read(limit, faults);
        var after = 0L;
        if (cursor is not null && !TryRead(cursor, out after))
            faults.Add(new Fault("cursor", "must be the nextCursor of the previous page"));
        if (faults.Count > 0)
            return Problem.Invalid(faults);
        // Read one message more than fits on a page, to find out whether there is another page.
        var found = letters.List(after, size + 1);
        var page = found.Take(size).Select(DeadLetterView.From).ToList();
        return TypedResults.Ok(new DeadLetterList(page, found.Count > size ? page[^1].Number.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static Results<Ok<DeadLetterView>, ProblemHttpResult> Find(string number, IDeadLetters letters) =>
        TryRead(number, out var parsed) && letters.Find(parsed) is { } letter
            ? TypedResults.Ok(DeadLetterView.Whole(letter))
            : Unknown(number);

    private static async Task<Results<Ok<DeadLetterRedriven>, Accepted<DeadLetterRedriven>, ProblemHttpResult>> RedriveAsync(
        string number, IDeadLetters letters, CancellationToken cancellationToken) =>
        (TryRead(number, out var parsed) ? await letters.RedriveAsync(parsed, cancellationToken) : new RedriveOutcome.Gone()) switch
        {
            RedriveOutcome.Taken taken => TypedResults.Ok(new DeadLetterRedriven("Records Taken", taken.OrderIds, Execution: null)),
            RedriveOutcome.Started started => TypedResults.Accepted($"/orders/{started.OrderId}", new DeadLetterRedriven("Execution Started", [started.OrderId], started.Execution)),
            RedriveOutcome.Stays stays => TypedResults.Problem($"Dead letter {number} was not redriven. {stays.Problem}", statusCode: StatusCodes.Status409Conflict),
            _ => Unknown(number),
        };

    private static bool TryRead(string number, out long parsed) => long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out parsed);

    private static ProblemHttpResult Unknown(string number) => Problem.NotFound($"Dead letter {number} does not exist or was already redriven.");
}
#endif
