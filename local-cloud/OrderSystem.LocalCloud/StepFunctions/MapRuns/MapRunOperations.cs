using System.Numerics;
using System.Text.Json;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>The operations on map runs: describe, list and update.</summary>
internal sealed class MapRunOperations(MapRunStore runs) : IStepFunctionsOperations
{
    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("DescribeMapRun", Describe),
        ("ListMapRuns", List),
        ("UpdateMapRun", Update),
    ];

    private ValueTask Describe(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var run = Find(request);
        response.WriteString("mapRunArn", run.Arn);
        response.WriteString("executionArn", run.ExecutionArn);
        response.WriteString("status", run.Status.ToAwsName());
        response.WriteTime("startDate", run.StartDate);
        if (run.StopDate is { } stopDate)
            response.WriteTime("stopDate", stopDate);
        response.WriteNumber("maxConcurrency", run.Limits.MaxConcurrency);
        response.WriteNumber("toleratedFailurePercentage", run.Limits.ToleratedFailurePercentage ?? 0);
        response.WriteNumber("toleratedFailureCount", run.Limits.ToleratedFailureCount ?? 0);
        var (items, executions) = run.Counts;
        WriteCounts(response, "itemCounts", items, run.ResultsWritten);
        WriteCounts(response, "executionCounts", executions, run.ResultsWritten);
        response.WriteNumber("redriveCount", run.RedriveCount);
        if (run.RedriveDate is { } redriveDate)
            response.WriteTime("redriveDate", redriveDate);
        return ValueTask.CompletedTask;
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = StatesArn.ParseExecution(request.Required("executionArn")).Text;
        response.WritePage("mapRuns", runs.Of(arn), request.MaxResults(100), request.NextToken(), run =>
        {
            response.WriteString("executionArn", run.ExecutionArn);
            response.WriteString("mapRunArn", run.Arn);
            response.WriteString("stateMachineArn", run.ChildStateMachineArn);
            response.WriteTime("startDate", run.StartDate);
            if (run.StopDate is { } stopDate)
                response.WriteTime("stopDate", stopDate);
        });
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var run = Find(request);
        var concurrency = AtLeastZero("maxConcurrency", request.Number("maxConcurrency"));
        var count = AtLeastZero("toleratedFailureCount", request.Number("toleratedFailureCount"));
        var percentage = AtLeastZero("toleratedFailurePercentage", request.Fraction("toleratedFailurePercentage"));
        if (percentage > 100)
            throw StepFunctionsErrors.Validation($"Value '{percentage}' at 'toleratedFailurePercentage' failed to satisfy constraint: Member must have value less than or equal to 100");
        if (concurrency is null && count is null && percentage is null)
            throw StepFunctionsErrors.Rule("At least one of maxConcurrency, toleratedFailureCount and toleratedFailurePercentage must be specified.");
        run.Limits = new MapRunLimits(concurrency ?? run.Limits.MaxConcurrency, count ?? run.Limits.ToleratedFailureCount, percentage ?? run.Limits.ToleratedFailurePercentage);
        run.LimitsChanged?.Invoke();
        runs.Save(run);
        return ValueTask.CompletedTask;
    }

    private static T? AtLeastZero<T>(string member, T? value)
        where T : struct, INumber<T> =>
        value is { } number && number < T.Zero
            ? throw StepFunctionsErrors.Validation($"Value '{number}' at '{member}' failed to satisfy constraint: Member must have value greater than or equal to 0")
            : value;

    private static void WriteCounts(Utf8JsonWriter response, string member, MapRunCounts counts, int resultsWritten)
    {
        response.WriteStartObject(member);
        response.WriteNumber("pending", counts.Pending);
        response.WriteNumber("running", counts.Running);
        response.WriteNumber("succeeded", counts.Succeeded);
        response.WriteNumber("failed", counts.Failed);
        response.WriteNumber("timedOut", counts.TimedOut);
        response.WriteNumber("aborted", counts.Aborted);
        response.WriteNumber("total", counts.Total);
        response.WriteNumber("resultsWritten", resultsWritten);
        response.WriteNumber("failuresNotRedrivable", 0);
        response.WriteNumber("pendingRedrive", counts.PendingRedrive);
        response.WriteEndObject();
    }

    private MapRunRecord Find(StepFunctionsRequest request)
    {
        var arn = request.Required("mapRunArn");
        StatesArn.Parse(arn);
        return runs.Find(arn) ?? throw StepFunctionsErrors.ResourceNotFound(arn);
    }
}
