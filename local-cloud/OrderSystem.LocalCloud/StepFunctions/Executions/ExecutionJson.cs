using System.Text.Json;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Writes executions as JSON in the format of the Step Functions API.</summary>
internal static class ExecutionJson
{
    private static readonly TimeSpan RedrivablePeriod = TimeSpan.FromDays(14);


    public static void WriteDescription(Utf8JsonWriter response, ExecutionRecord record, DateTimeOffset now)
    {
        WriteIdentity(response, record);
        WriteInput(response, record);
        WriteOutcome(response, record.Result);
        var reason = NotRedrivable(record, now);
        response.WriteString("redriveStatus", RedriveStatus(record, reason));
        response.WriteOptional("redriveStatusReason", reason);
        response.WriteOptional("traceHeader", record.GivenTraceHeader);
    }

    public static void WriteListItem(Utf8JsonWriter response, ExecutionRecord record)
    {
        WriteIdentity(response, record);
        if (record.MapRunArn is not null)
            response.WriteNumber("itemCount", record.ItemCount);
    }

    /// <summary>
    /// Returns an execution's <c>redriveStatus</c>. The parameter <paramref name="reason"/> is the reason why the execution
    /// can't be redriven; null if it can be redriven.
    /// </summary>
    public static string RedriveStatus(ExecutionRecord record, string? reason) =>
        reason is not null ? "NOT_REDRIVABLE" : record.MapRunArn is null ? "REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN";

    public static void WriteSyncResult(Utf8JsonWriter response, ExecutionRecord record, long billedMilliseconds)
    {
        response.WriteString("executionArn", record.Arn);
        response.WriteString("stateMachineArn", record.StateMachine.Arn);
        response.WriteString("name", record.Name);
        response.WriteTime("startDate", record.StartDate);
        response.WriteTime("stopDate", record.StopDate ?? record.StartDate);
        response.WriteString("status", record.Result.Status.ToAwsName());
        WriteInput(response, record);
        WriteOutcome(response, record.Result);
        response.WriteOptional("traceHeader", record.GivenTraceHeader);
        response.WriteStartObject("billingDetails");
        response.WriteNumber("billedDurationInMilliseconds", billedMilliseconds);
        response.WriteNumber("billedMemoryUsedInMB", 64);
        response.WriteEndObject();
    }

    /// <summary>Returns the reason why an execution can't be redriven; null if it can be redriven.</summary>
    public static string? NotRedrivable(ExecutionRecord record, DateTimeOffset now)
    {
        if (record.Result.Status is ExecutionStatus.Running or ExecutionStatus.Succeeded)
            return $"Execution is {record.Result.Status.ToAwsName()} and cannot be redriven";
        return record.StopDate is { } stopped && now - stopped > RedrivablePeriod ? "Execution has exceeded the max redrivable period" : null;
    }

    private static void WriteIdentity(Utf8JsonWriter response, ExecutionRecord record)
    {
        response.WriteString("executionArn", record.Arn);
        response.WriteString("stateMachineArn", record.StateMachine.Arn);
        response.WriteString("name", record.Name);
        response.WriteString("status", record.Result.Status.ToAwsName());
        response.WriteTime("startDate", record.StartDate);
        if (record.StopDate is { } stopDate)
            response.WriteTime("stopDate", stopDate);
        response.WriteOptional("stateMachineVersionArn", record.VersionArn);
        response.WriteOptional("stateMachineAliasArn", record.AliasArn);
        response.WriteOptional("mapRunArn", record.MapRunArn);
        response.WriteNumber("redriveCount", record.RedriveCount);
        if (record.RedriveDate is { } redriveDate)
            response.WriteTime("redriveDate", redriveDate);
    }

    private static void WriteInput(Utf8JsonWriter response, ExecutionRecord record)
    {
        response.WriteString("input", record.InputText);
        WriteIncluded(response, "inputDetails");
    }

    private static void WriteOutcome(Utf8JsonWriter response, ExecutionResult result)
    {
        if (result.Output is { } output)
        {
            response.WriteString("output", output.ToJsonString());
            WriteIncluded(response, "outputDetails");
        }

        response.WriteOptional("error", result.Error);
        response.WriteOptional("cause", result.Cause);
    }

    private static void WriteIncluded(Utf8JsonWriter response, string member)
    {
        response.WriteStartObject(member);
        response.WriteBoolean("included", true);
        response.WriteEndObject();
    }
}
