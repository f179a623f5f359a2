using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Describing and listing map runs.</summary>
internal sealed class MapRunOperations(MapRunner runner) : IStepFunctionsOperations
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
        response.WriteString("status", ExecutionJson.StatusName(run.Status));
        response.WriteTime("startDate", run.StartDate);
        if (run.StopDate is { } stopDate)
            response.WriteTime("stopDate", stopDate);
        response.WriteNumber("maxConcurrency", run.MaxConcurrency);
        response.WriteNumber("toleratedFailurePercentage", run.ToleratedFailurePercentage);
        response.WriteNumber("toleratedFailureCount", run.ToleratedFailureCount);
        WriteCounts(response, "itemCounts", run);
        WriteCounts(response, "executionCounts", run);
        response.WriteNumber("redriveCount", 0);
        return ValueTask.CompletedTask;
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var arn = StatesArn.ParseExecution(request.Required("executionArn")).Text;
        response.WritePage("mapRuns", runner.Of(arn), request.MaxResults(100), request.NextToken(), run =>
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
        run.MaxConcurrency = request.Number("maxConcurrency") ?? run.MaxConcurrency;
        run.ToleratedFailureCount = request.Number("toleratedFailureCount") ?? run.ToleratedFailureCount;
        run.ToleratedFailurePercentage = (request.Body["toleratedFailurePercentage"] as StatesLanguage.Json.JsonNumber)?.Value ?? run.ToleratedFailurePercentage;
        return ValueTask.CompletedTask;
    }

    private static void WriteCounts(Utf8JsonWriter response, string member, MapRun run)
    {
        response.WriteStartObject(member);
        response.WriteNumber("pending", run.Pending);
        response.WriteNumber("running", run.Running);
        response.WriteNumber("succeeded", run.Count(ExecutionStatus.Succeeded));
        response.WriteNumber("failed", run.Count(ExecutionStatus.Failed));
        response.WriteNumber("timedOut", run.Count(ExecutionStatus.TimedOut));
        response.WriteNumber("aborted", run.Count(ExecutionStatus.Aborted));
        response.WriteNumber("total", run.Total);
        response.WriteNumber("resultsWritten", run.Count(ExecutionStatus.Succeeded));
        response.WriteNumber("failuresNotRedrivable", 0);
        response.WriteNumber("pendingRedrive", 0);
        response.WriteEndObject();
    }

    private MapRun Find(StepFunctionsRequest request)
    {
        var arn = request.Required("mapRunArn");
        StatesArn.Parse(arn);
        return runner.Find(arn) ?? throw StepFunctionsErrors.ResourceNotFound(arn);
    }
}
