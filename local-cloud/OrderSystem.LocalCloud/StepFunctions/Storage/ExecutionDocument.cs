using System.Globalization;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>Writes and reads the document in which an execution is stored, without its history.</summary>
internal static class ExecutionDocument
{
    public static byte[] Write(ExecutionRecord record)
    {
        var fields = new StatesObjectBuilder(20)
            .Set("name", record.Name)
            .Set("stateMachineArn", record.StateMachine.Arn)
            .Set("type", record.StateMachine.Type)
            .Set("revision", record.Revision.Key)
            .Set("input", record.InputText)
            .Set("startDate", record.StartDate.UtcTicks)
            .Set("redriveCount", record.RedriveCount)
            .Set("mapItemIndex", record.MapItemIndex)
            .Set("itemCount", record.ItemCount)
            .Set("mapRunRedrive", record.MapRunRedrive)
            .Set("status", record.Result.Status.ToString());
        Set(fields, "versionArn", record.VersionArn);
        Set(fields, "aliasArn", record.AliasArn);
        Set(fields, "traceHeader", record.TraceHeader);
        Set(fields, "givenTraceHeader", record.GivenTraceHeader);
        Set(fields, "mockTestCase", record.MockTestCase);
        Set(fields, "mapRunArn", record.MapRunArn);
        Set(fields, "error", record.Result.Error);
        Set(fields, "cause", record.Result.Cause);
        if (record.Result.Output is { } output)
            fields.Set("output", output);
        if (record.StopDate is { } stopDate)
            fields.Set("stopDate", stopDate.UtcTicks);
        if (record.RedriveDate is { } redriveDate)
            fields.Set("redriveDate", redriveDate.UtcTicks);
        return fields.Build().ToUtf8Bytes();
    }

    /// <summary>Reads an execution from its stored document.</summary>
    /// <param name="arn">The execution's ARN.</param>
    /// <param name="written">The document that <see cref="Write"/> returned.</param>
    /// <param name="find">A function that finds the execution's state machine and revision.</param>
    public static ExecutionRecord Read(string arn, ReadOnlySpan<byte> written, Func<string, string, string, (StateMachineResource Machine, StateMachineRevision Revision)> find)
    {
        var fields = (StatesObject)StatesValue.Parse(written, StatesValue.DeepestWritten);
        var (machine, revision) = find(Text(fields, "stateMachineArn")!, Text(fields, "type") ?? "STANDARD", Text(fields, "revision")!);
        var input = Text(fields, "input")!;
        var record = new ExecutionRecord
        {
            Arn = arn,
            Name = Text(fields, "name")!,
            StateMachine = machine,
            Revision = revision,
            InputText = input,
            Input = StatesValue.Parse(input, StatesValue.DeepestWritten),
            StartDate = Date(fields, "startDate")!.Value,
            VersionArn = Text(fields, "versionArn"),
            AliasArn = Text(fields, "aliasArn"),
            TraceHeader = Text(fields, "traceHeader"),
            GivenTraceHeader = Text(fields, "givenTraceHeader"),
            MockTestCase = Text(fields, "mockTestCase"),
            MapRunArn = Text(fields, "mapRunArn"),
            MapItemIndex = Integer(fields, "mapItemIndex", absent: -1),
            ItemCount = Integer(fields, "itemCount"),
            MapRunRedrive = Integer(fields, "mapRunRedrive"),
        };
        var status = Enum.Parse<ExecutionStatus>(Text(fields, "status")!);
        record.Restore(
            new ExecutionResult(status, fields["output"], Text(fields, "error"), Text(fields, "cause")),
            Date(fields, "stopDate"),
            Integer(fields, "redriveCount"),
            Date(fields, "redriveDate"));
        return record;
    }

    private static void Set(StatesObjectBuilder fields, string name, string? value)
    {
        if (value is not null)
            fields.Set(name, value);
    }

    private static string? Text(StatesObject fields, string name) => (fields[name] as StatesString)?.Value;

    private static int Integer(StatesObject fields, string name, int absent = 0) => (int)(((StatesNumber?)fields[name])?.Value ?? absent);

    private static DateTimeOffset? Date(StatesObject fields, string name) =>
        fields[name] is StatesNumber number ? new DateTimeOffset(long.Parse(number.Text, CultureInfo.InvariantCulture), TimeSpan.Zero) : null;
}
