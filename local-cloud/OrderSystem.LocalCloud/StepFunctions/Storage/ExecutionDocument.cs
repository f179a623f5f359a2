using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// Writes and reads the document in which an execution is stored. The execution's history is stored separately.
/// </summary>
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
        var fields = StoredFields.Read(written);
        var (machine, revision) = find(fields.Text("stateMachineArn"), fields.OptionalText("type") ?? "STANDARD", fields.Text("revision"));
        var input = fields.Text("input");
        var record = new ExecutionRecord
        {
            Arn = arn,
            Name = fields.Text("name"),
            StateMachine = machine,
            Revision = revision,
            InputText = input,
            Input = StatesValue.Parse(input, StatesValue.DeepestWritten),
            StartDate = fields.Date("startDate"),
            VersionArn = fields.OptionalText("versionArn"),
            AliasArn = fields.OptionalText("aliasArn"),
            TraceHeader = fields.OptionalText("traceHeader"),
            GivenTraceHeader = fields.OptionalText("givenTraceHeader"),
            MockTestCase = fields.OptionalText("mockTestCase"),
            MapRunArn = fields.OptionalText("mapRunArn"),
            MapItemIndex = Integer(fields, "mapItemIndex", absent: -1),
            ItemCount = Integer(fields, "itemCount"),
            MapRunRedrive = Integer(fields, "mapRunRedrive"),
        };
        var status = Enum.Parse<ExecutionStatus>(fields.Text("status"));
        record.Restore(
            new ExecutionResult(status, fields["output"], fields.OptionalText("error"), fields.OptionalText("cause")),
            fields.OptionalDate("stopDate"),
            Integer(fields, "redriveCount"),
            fields.OptionalDate("redriveDate"));
        return record;
    }

    private static void Set(StatesObjectBuilder fields, string name, string? value)
    {
        if (value is not null)
            fields.Set(name, value);
    }

    private static int Integer(StatesObject fields, string name, int absent = 0) => (int)(fields.OptionalNumber(name) ?? absent);
}
