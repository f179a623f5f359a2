using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>
/// Transforms the results of a distributed Map state and, if its ResultWriter field names a bucket, writes the results to that
/// bucket. See "ResultWriter (Map)" in the Step Functions Developer Guide.
/// </summary>
internal sealed class ResultWriter(LocalObjects objects)
{
    private const string Error = StatesErrors.ResultWriterFailed;

    private static readonly StatesObject Included = StatesObject.Of(("Included", true));

    /// <summary>Writes the results of a map run.</summary>
    /// <returns>The output of the Map state, and the number of results that were written to the bucket.</returns>
    public async ValueTask<(StatesValue Output, int Written)> WriteAsync(MapRunRecord run, StatesObject writer, StatesObject parameters, CancellationToken cancellationToken)
    {
        var configuration = writer["WriterConfig"] as StatesObject ?? StatesObject.Empty;
        if (!writer.Contains("Resource"))
            return (new StatesArray(Shaped(run.Results.OfType<MapRunResult>(), Text(configuration, "Transformation") ?? "COMPACT")), 0);
        var bucket = Text(parameters, "Bucket") ?? throw new StatesErrorException(Error, "The ResultWriter has no Bucket");
        var id = run.Arn[(run.Arn.LastIndexOf(':') + 1)..];
        var folder = Text(parameters, "Prefix")?.TrimEnd('/') is { Length: > 0 } prefix ? $"{prefix}/{id}" : id;
        var transformation = Text(configuration, "Transformation") ?? "NONE";
        var lines = Text(configuration, "OutputType") == "JSONL";
        var pending = Enumerable.Range(0, run.Children.Count).Where(index => run.Results[index] is null).Select(index => Pending(run.Children[index].Input));
        var files = StatesObject.Of(
            ("FAILED", await WriteFileAsync("FAILED", Shaped(run.Results.OfType<MapRunResult>().Where(result => !Succeeded(result)), "NONE"))),
            ("PENDING", await WriteFileAsync("PENDING", pending)),
            ("SUCCEEDED", await WriteFileAsync("SUCCEEDED", Shaped(run.Results.OfType<MapRunResult>().Where(Succeeded), transformation))));
        var manifest = StatesObject.Of(("DestinationBucket", bucket), ("MapRunArn", run.Arn), ("ResultFiles", files));
        await objects.WriteAsync(bucket, $"{folder}/manifest.json", manifest.ToUtf8Bytes(), Error, cancellationToken);
        var output = StatesObject.Of(("MapRunArn", run.Arn), ("ResultWriterDetails", StatesObject.Of(("Bucket", bucket), ("Key", $"{folder}/manifest.json"))));
        return (output, run.Results.OfType<MapRunResult>().Count());

        async ValueTask<StatesArray> WriteFileAsync(string status, IEnumerable<StatesValue> entries)
        {
            var all = entries.ToArray();
            if (all.Length == 0)
                return StatesArray.Empty;
            var key = $"{folder}/{status}_0.{(lines ? "jsonl" : "json")}";
            var content = lines ? JsonLines(all) : new StatesArray(all).ToUtf8Bytes();
            await objects.WriteAsync(bucket, key, content, Error, cancellationToken);
            return new StatesArray([StatesObject.Of(("Key", key), ("Size", content.Length))]);
        }
    }

    private static bool Succeeded(MapRunResult result) => result.Result.Status == ExecutionStatus.Succeeded;

    private static string? Text(StatesObject fields, string name) => (fields[name] as StatesString)?.Value;

    private static byte[] JsonLines(StatesValue[] entries)
    {
        using var content = new MemoryStream();
        foreach (var entry in entries)
        {
            content.Write(entry.ToUtf8Bytes());
            content.WriteByte((byte)'\n');
        }

        return content.ToArray();
    }

    /// <summary>
    /// Applies the ResultWriter transformation to the results. A child execution that failed is always written with all its
    /// fields.
    /// </summary>
    private static IEnumerable<StatesValue> Shaped(IEnumerable<MapRunResult> results, string transformation)
    {
        foreach (var result in results)
        {
            if (transformation == "NONE" || result.Result.Output is not { } output)
            {
                yield return Describe(result);
            }
            else if (transformation == "FLATTEN" && output is StatesArray items)
            {
                foreach (var item in items)
                    yield return item;
            }
            else
            {
                yield return output;
            }
        }
    }

    private static StatesObject Pending(StatesValue input) => StatesObject.Of(("Input", input.ToJsonString()), ("InputDetails", Included), ("Status", "PENDING"));

    private static StatesObject Describe(MapRunResult entry)
    {
        var fields = new StatesObjectBuilder(14);
        if (entry.Result.Cause is { } cause)
            fields.Set("Cause", cause);
        if (entry.Result.Error is { } error)
            fields.Set("Error", error);
        fields.Set("ExecutionArn", entry.ExecutionArn).Set("Input", entry.Input.ToJsonString()).Set("InputDetails", Included).Set("Name", entry.Name);
        if (entry.Result.Output is { } output)
            fields.Set("Output", output.ToJsonString()).Set("OutputDetails", Included);
        fields.Set("RedriveCount", entry.RedriveCount);
        if (Succeeded(entry))
            fields.Set("RedriveStatus", "NOT_REDRIVABLE").Set("RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven");
        else
            fields.Set("RedriveStatus", "REDRIVABLE_BY_MAP_RUN");
        return fields
            .Set("StartDate", Date(entry.StartDate))
            .Set("StateMachineArn", entry.StateMachineArn)
            .Set("Status", entry.Result.Status.ToAwsName())
            .Set("StopDate", Date(entry.StopDate))
            .Build();
    }

    private static string Date(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
