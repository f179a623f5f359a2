using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Reads the items of a distributed Map. AWS Step Functions Developer Guide: "ItemReader (Map)".</summary>
internal sealed class ItemReader(LocalObjects objects)
{
    private const string Error = StatesErrors.ItemReaderFailed;

    public async ValueTask<JsonValue> ReadAsync(JsonObject reader, JsonObject parameters, CancellationToken cancellationToken)
    {
        var bucket = Text(parameters, "Bucket") ?? throw new StatesErrorException(Error, "The ItemReader names no Bucket");
        if (Text(reader, "Resource")?.EndsWith(":listObjectsV2", StringComparison.Ordinal) == true)
            return List(bucket, Text(parameters, "Prefix") ?? "");
        var configuration = reader["ReaderConfig"] as JsonObject ?? JsonObject.Empty;
        var content = await objects.ReadAsync(bucket, Text(parameters, "Key") ?? "", Error, cancellationToken);
        return Text(configuration, "InputType") switch
        {
            "CSV" => CsvItems.Read(Encoding.UTF8.GetString(content), configuration),
            "JSONL" => Lines(content),
            "JSON" or null => Json(content),
            var other => throw new StatesErrorException(Error, $"The InputType {other} is not read locally"),
        };
    }

    private static string? Text(JsonObject fields, string name) => (fields[name] as JsonString)?.Value;

    private static JsonValue Json(byte[] content)
    {
        try
        {
            return JsonValue.Parse(content);
        }
        catch (JsonException exception)
        {
            throw new StatesErrorException(Error, exception.Message);
        }
    }

    private static JsonArray Lines(byte[] content)
    {
        var items = new List<JsonValue>();
        foreach (var range in content.AsSpan().Split((byte)'\n'))
        {
            var line = content.AsSpan()[range].Trim("\r "u8);
            if (!line.IsEmpty)
                items.Add(Json(line.ToArray()));
        }

        return new JsonArray(items);
    }

    private JsonArray List(string bucket, string prefix) => new(objects.List(bucket, prefix, Error).Select(entry => (JsonValue)JsonObject.Of(
        ("Etag", $"\"{entry.File.LastWriteTimeUtc.Ticks:x}\""),
        ("Key", entry.Key),
        ("LastModified", new DateTimeOffset(entry.File.LastWriteTimeUtc).ToUnixTimeSeconds()),
        ("Size", entry.File.Length),
        ("StorageClass", "STANDARD"))));
}
