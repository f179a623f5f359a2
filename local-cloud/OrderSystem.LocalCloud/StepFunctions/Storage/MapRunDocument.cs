using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// Writes and reads the document in which a map run is stored. The map run's child executions are stored separately.
/// </summary>
internal static class MapRunDocument
{
    public static byte[] Write(MapRunRecord record)
    {
        var (items, executions) = record.Counts;
        var fields = new StatesObjectBuilder(16)
            .Set("arn", record.Arn)
            .Set("executionArn", record.ExecutionArn)
            .Set("stateMachineArn", record.ChildStateMachineArn)
            .Set("startDate", record.StartDate.UtcTicks)
            .Set("status", record.Status.ToString())
            .Set("maxConcurrency", record.Limits.MaxConcurrency)
            .Set("redriveCount", record.RedriveCount)
            .Set("resultsWritten", record.ResultsWritten)
            .Set("items", Write(items))
            .Set("executions", Write(executions));
        if (record.StopDate is { } stopDate)
            fields.Set("stopDate", stopDate.UtcTicks);
        if (record.RedriveDate is { } redriveDate)
            fields.Set("redriveDate", redriveDate.UtcTicks);
        if (record.Limits.ToleratedFailureCount is { } count)
            fields.Set("toleratedFailureCount", count);
        if (record.Limits.ToleratedFailurePercentage is { } percentage)
            fields.Set("toleratedFailurePercentage", percentage);
        return fields.Build().ToUtf8Bytes();
    }

    /// <summary>Reads a map run from its stored document.</summary>
    /// <param name="written">The document that <see cref="Write(MapRunRecord)"/> returned.</param>
    /// <param name="items">The bytes that <see cref="WriteItems"/> returned; null if no items were stored.</param>
    public static MapRunRecord Read(ReadOnlySpan<byte> written, byte[]? items)
    {
        var fields = StoredFields.Read(written);
        var record = new MapRunRecord
        {
            Arn = fields.Text("arn"),
            ExecutionArn = fields.Text("executionArn"),
            ChildStateMachineArn = fields.Text("stateMachineArn"),
            StartDate = fields.Date("startDate"),
            Limits = new MapRunLimits((long)fields.Number("maxConcurrency"), (long?)fields.OptionalNumber("toleratedFailureCount"), fields.OptionalNumber("toleratedFailurePercentage")),
            ResultsWritten = (int)fields.Number("resultsWritten"),
            Items = items is null ? null : ReadItems(items),
        };
        record.Restore(
            Enum.Parse<ExecutionStatus>(fields.Text("status")),
            fields.OptionalDate("stopDate"),
            (int)fields.Number("redriveCount"),
            fields.OptionalDate("redriveDate"),
            (ReadCounts(fields.Array("items")), ReadCounts(fields.Array("executions"))));
        return record;
    }

    public static byte[] WriteItems(IReadOnlyList<MapItem> items) =>
        new StatesArray(items.Select(item => (StatesValue)new StatesArray(item.Key is null ? [item.Source, item.Value] : [item.Source, item.Value, item.Key]))).ToUtf8Bytes();

    private static IReadOnlyList<MapItem> ReadItems(byte[] written) =>
        [.. ((StatesArray)StatesValue.Parse(written, StatesValue.DeepestWritten)).Cast<StatesArray>()
            .Select(item => new MapItem(item[1], ((StatesString)item[0]).Value, item.Count > 2 ? ((StatesString)item[2]).Value : null))];

    private static StatesArray Write(MapRunCounts counts) => new([counts.Pending, counts.Running, counts.Succeeded, counts.Failed, counts.TimedOut, counts.Aborted, counts.PendingRedrive]);

    private static MapRunCounts ReadCounts(StatesArray written)
    {
        var counts = written.Cast<StatesNumber>().Select(number => (int)number.Value).ToArray();
        return new MapRunCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]);
    }
}
