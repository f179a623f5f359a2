using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Writes the results of a distributed Map. AWS Step Functions Developer Guide: "ResultWriter (Map)".</summary>
internal sealed class ResultWriter(LocalObjects objects)
{
    private const string Error = StatesErrors.ResultWriterFailed;

    public async ValueTask<JsonValue> WriteAsync(string mapRunArn, JsonObject writer, JsonObject parameters, IReadOnlyList<(JsonValue Input, ExecutionResult Result)> results, CancellationToken cancellationToken)
    {
        if (!writer.Contains("Resource"))
            return Transformed(writer["WriterConfig"] as JsonObject ?? JsonObject.Empty, results);
        var bucket = (parameters["Bucket"] as JsonString)?.Value ?? throw new StatesErrorException(Error, "The ResultWriter names no Bucket");
        var prefix = (parameters["Prefix"] as JsonString)?.Value.TrimEnd('/');
        var folder = string.IsNullOrEmpty(prefix) ? mapRunArn[(mapRunArn.LastIndexOf(':') + 1)..] : $"{prefix}/{mapRunArn[(mapRunArn.LastIndexOf(':') + 1)..]}";
        var files = new JsonObjectBuilder(3);
        foreach (var (name, isMember) in new (string, Func<ExecutionStatus, bool>)[]
        {
            ("FAILED", status => status is ExecutionStatus.Failed or ExecutionStatus.TimedOut or ExecutionStatus.Aborted),
            ("PENDING", status => status == ExecutionStatus.Running),
            ("SUCCEEDED", status => status == ExecutionStatus.Succeeded),
        })
        {
            var members = new JsonArray(results.Where(result => isMember(result.Result.Status)).Select(Describe));
            files.Set(name, members.Count == 0 ? JsonArray.Empty : new JsonArray([JsonObject.Of(("Key", $"{folder}/{name}_0.json"), ("Size", members.Utf8Size))]));
            if (members.Count > 0)
                await objects.WriteAsync(bucket, $"{folder}/{name}_0.json", members.ToUtf8Bytes(), Error, cancellationToken);
        }

        var manifest = JsonObject.Of(("DestinationBucket", bucket), ("MapRunArn", mapRunArn), ("ResultFiles", files.Build()));
        await objects.WriteAsync(bucket, $"{folder}/manifest.json", manifest.ToUtf8Bytes(), Error, cancellationToken);
        return JsonObject.Of(("MapRunArn", mapRunArn), ("ResultWriterDetails", JsonObject.Of(("Bucket", bucket), ("Key", $"{folder}/manifest.json"))));
    }

    private static JsonArray Transformed(JsonObject configuration, IReadOnlyList<(JsonValue Input, ExecutionResult Result)> results)
    {
        if (configuration["Transformation"] is JsonString { Value: "NONE" })
            return new JsonArray(results.Select(Describe));
        var outputs = results.Where(result => result.Result.Output is not null).Select(result => result.Result.Output!);
        return configuration["Transformation"] is JsonString { Value: "FLATTEN" }
            ? new JsonArray(outputs.SelectMany(output => output is JsonArray items ? items : (IEnumerable<JsonValue>)[output]))
            : new JsonArray(outputs);
    }

    private static JsonValue Describe((JsonValue Input, ExecutionResult Result) entry)
    {
        var fields = new JsonObjectBuilder(5).Set("Input", entry.Input.ToJsonString()).Set("Status", ExecutionJson.StatusName(entry.Result.Status));
        if (entry.Result.Output is { } output)
            fields.Set("Output", output.ToJsonString());
        if (entry.Result.Error is { } error)
            fields.Set("Error", error);
        if (entry.Result.Cause is { } cause)
            fields.Set("Cause", cause);
        return fields.Build();
    }
}
