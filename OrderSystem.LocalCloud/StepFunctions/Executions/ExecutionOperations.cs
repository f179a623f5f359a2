using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Describing, listing, stopping and redriving executions.</summary>
internal sealed class ExecutionOperations(StateMachineRegistry registry, ExecutionStore store, ExecutionEngine engine, TimeProvider time) : IStepFunctionsOperations
{
    private static readonly string[] Statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];

    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("DescribeExecution", Describe),
        ("GetExecutionHistory", History),
        ("ListExecutions", List),
        ("StopExecution", StopAsync),
        ("RedriveExecution", Redrive),
    ];

    private ValueTask Describe(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        ExecutionJson.WriteDescription(response, Find(request), time.GetUtcNow());
        return ValueTask.CompletedTask;
    }

    private ValueTask History(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var maxResults = request.MaxResults(100);
        var token = request.NextToken();
        var history = store.History(Find(request));
        var includeData = !(request.Body["includeExecutionData"] is StatesLanguage.Json.JsonBoolean { Value: false });
        if (request.Flag("reverseOrder"))
            Array.Reverse(history);
        response.WritePage("events", history, maxResults, token, historyEvent => HistoryJson.Write(response, historyEvent, includeData));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var maxResults = request.MaxResults(100);
        var token = request.NextToken(3096);
        var status = request.Text("statusFilter");
        if (status is not null && !Statuses.Contains(status))
            throw StepFunctionsErrors.Validation($"Value '{status}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]");
        var redrive = request.Text("redriveFilter");
        var found = Listed(request)
            .Where(record => status is null || ExecutionJson.StatusName(record.Result.Status) == status)
            .Where(record => redrive is null || record.RedriveCount > 0 == (redrive == "REDRIVEN"))
            .ToList();
        response.WritePage("executions", found, maxResults, token, record => ExecutionJson.WriteListItem(response, record));
        return ValueTask.CompletedTask;
    }

    private async ValueTask StopAsync(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var record = Find(request);
        if (record.Running is { } running)
        {
            running.Abort(request.Text("error"), request.Text("cause"));
            await record.Ended.Task.WaitAsync(cancellationToken);
        }

        response.WriteTime("stopDate", record.StopDate ?? time.GetUtcNow());
    }

    private ValueTask Redrive(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var record = Find(request);
        var now = time.GetUtcNow();
        if (ExecutionJson.NotRedrivable(record, now) is { } reason)
            throw NotRedrivable(reason);
        if (!engine.TryRedrive(record, now))
            throw NotRedrivable("Execution is RUNNING and cannot be redriven");
        response.WriteTime("redriveDate", now);
        return engine.FlushAsync();
    }

    private static Http.AwsServiceException NotRedrivable(string reason) => new("ExecutionNotRedrivable", $"Execution Not Redrivable: '{reason}'");

    private IEnumerable<ExecutionRecord> Listed(StepFunctionsRequest request)
    {
        if (request.Text("mapRunArn") is { } mapRunArn)
            return store.OfMapRun(mapRunArn);
        var target = registry.Resolve(request.Required("stateMachineArn"));
        if (target.Machine.IsExpress)
            throw StepFunctionsErrors.StateMachineTypeNotSupported();
        var all = store.Of(target.Machine);
        return target.Alias is { } alias ? all.Where(record => record.AliasArn == alias.Arn)
            : target.Version is { } version ? all.Where(record => record.VersionArn == version.Arn)
            : all;
    }

    private ExecutionRecord Find(StepFunctionsRequest request)
    {
        var arn = StatesArn.ParseExecution(request.Required("executionArn")).Text;
        return store.Find(arn) ?? throw StepFunctionsErrors.ExecutionDoesNotExist(arn);
    }
}
