using System.Text.Json;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>The operations on existing executions: describe, list, stop and redrive.</summary>
internal sealed class ExecutionOperations(StateMachineRegistry registry, ExecutionStore store, ExecutionEngine engine, TimeProvider time) : IStepFunctionsOperations
{
    private static readonly string[] Statuses = [.. Enum.GetValues<ExecutionStatus>().Select(status => status.ToAwsName()), "PENDING_REDRIVE"];

    public IEnumerable<(string Name, Operation Operation)> Operations =>
    [
        ("DescribeExecution", Describe),
        ("GetExecutionHistory", History),
        ("ListExecutions", ListAsync),
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
        var includeData = !(request.Body["includeExecutionData"] is StatesLanguage.Json.StatesBoolean { Value: false });
        if (request.Flag("reverseOrder"))
            Array.Reverse(history);
        response.WritePage("events", history, maxResults, token, historyEvent => HistoryJson.Write(response, historyEvent, includeData));
        return ValueTask.CompletedTask;
    }

    private async ValueTask ListAsync(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var maxResults = request.MaxResults(100);
        var token = request.NextToken(3096);
        var status = request.Text("statusFilter");
        if (status is not null && !Statuses.Contains(status))
            throw StepFunctionsErrors.Validation(
                $"Value '{status}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]");
        request.OneOf("redriveFilter", "REDRIVEN", "NOT_REDRIVEN");
        var (owner, filter) = Listed(request);
        filter = filter with
        {
            Status = status is null ? null : ExecutionStatusNames.Parse(status),
            Redriven = request.Text("redriveFilter") is { } redrive ? redrive == "REDRIVEN" : null,
        };
        // Flush, because the list is read from disk and must include executions that have just started or ended.
        await store.FlushAsync();
        var (page, next) = status == "PENDING_REDRIVE" ? ([], null) : store.List(owner, filter, PageToken.ReadPlace(token), maxResults);
        response.WriteStartArray("executions");
        foreach (var record in page)
        {
            response.WriteStartObject();
            ExecutionJson.WriteListItem(response, record);
            response.WriteEndObject();
        }

        response.WriteEndArray();
        if (next is { } place)
            response.WriteString("nextToken", PageToken.OfPlace(place));
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
        var token = request.Text("clientToken");
        if (token is not null && record.RedriveTokens?.Find(token, now) is { } first)
        {
            response.WriteTime("redriveDate", first);
            return ValueTask.CompletedTask;
        }

        if (ExecutionJson.NotRedrivable(record, now) is { } reason)
            throw NotRedrivable(reason);
        if (record.MapRunArn is not null)
            throw NotRedrivable("Child executions of a Map Run are redriven with the execution that the Map Run belongs to");
        if (!engine.TryRedrive(record, now))
            throw NotRedrivable("Execution is RUNNING and cannot be redriven");
        if (token is not null)
            (Find(request).RedriveTokens ??= new()).Add(token, now);
        response.WriteTime("redriveDate", now);
        return engine.FlushAsync();
    }

    private static Http.AwsServiceException NotRedrivable(string reason) => new("ExecutionNotRedrivable", $"Execution Not Redrivable: '{reason}'");

    private (string Owner, ExecutionFilter Filter) Listed(StepFunctionsRequest request)
    {
        if (request.Text("mapRunArn") is { } mapRunArn)
        {
            return request.Has("stateMachineArn")
                ? throw StepFunctionsErrors.Rule("Only one of stateMachineArn and mapRunArn can be specified")
                : (mapRunArn, new ExecutionFilter());
        }

        var target = registry.Resolve(request.Required("stateMachineArn"));
        if (target.Machine.IsExpress)
            throw StepFunctionsErrors.StateMachineTypeNotSupported();
        return (target.Machine.Arn, new ExecutionFilter(AliasArn: target.Alias?.Arn, VersionArn: target.Alias is null ? target.Version?.Arn : null));
    }

    private ExecutionRecord Find(StepFunctionsRequest request)
    {
        var arn = StatesArn.ParseExecution(request.Required("executionArn")).Text;
        return store.Find(arn) ?? throw StepFunctionsErrors.ExecutionDoesNotExist(arn);
    }
}
