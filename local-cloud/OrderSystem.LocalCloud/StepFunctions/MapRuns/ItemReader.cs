using System.IO.Compression;
using System.Text;
using System.Text.Json;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>
/// Reads the items of a distributed Map state. See "ItemReader (Map)" in the Step Functions Developer Guide.
/// </summary>
internal sealed class ItemReader(LocalObjects objects)
{
    private const string Error = StatesErrors.ItemReaderFailed;

    public async ValueTask<IReadOnlyList<MapItem>> ReadAsync(StatesObject reader, StatesObject parameters, CancellationToken cancellationToken)
    {
        var bucket = Text(parameters, "Bucket") ?? throw Failed("The ItemReader has no Bucket");
        var configuration = reader["ReaderConfig"] as StatesObject ?? StatesObject.Empty;
        var isList = Text(reader, "Resource")?.EndsWith(":listObjectsV2", StringComparison.Ordinal) == true;
        if (isList && Text(configuration, "Transformation") == "LOAD_AND_FLATTEN")
            return await ReadAllAsync(objects.List(bucket, Text(parameters, "Prefix") ?? "", Error).Select(entry => (bucket, entry.Key)), configuration, cancellationToken);
        if (isList)
            return MapItem.Of(List(bucket, Text(parameters, "Prefix") ?? ""), $"S3://{bucket}")!;
        var key = Text(parameters, "Key") ?? "";
        return (Text(configuration, "ManifestType"), Text(configuration, "InputType")) switch
        {
            ("ATHENA_DATA", _) => await ReadAllAsync(await AthenaFilesAsync(bucket, key, cancellationToken), configuration, cancellationToken),
            ("S3_INVENTORY", _) or (null, "MANIFEST") => await ReadInventoryAsync(bucket, key, cancellationToken),
            _ => await ReadObjectAsync(bucket, key, configuration, cancellationToken),
        };
    }

    private static string? Text(StatesObject fields, string name) => (fields[name] as StatesString)?.Value;

    private static StatesErrorException Failed(string cause) => new(Error, cause);

    private async ValueTask<IReadOnlyList<MapItem>> ReadAllAsync(IEnumerable<(string Bucket, string Key)> files, StatesObject configuration, CancellationToken cancellationToken)
    {
        var items = new List<MapItem>();
        foreach (var (bucket, key) in files)
            items.AddRange(await ReadObjectAsync(bucket, key, configuration, cancellationToken));
        return items;
    }

    private async ValueTask<IReadOnlyList<MapItem>> ReadObjectAsync(string bucket, string key, StatesObject configuration, CancellationToken cancellationToken)
    {
        var content = await ContentAsync(bucket, key, cancellationToken);
        var items = Text(configuration, "InputType") switch
        {
            "CSV" => CsvItems.Read(Encoding.UTF8.GetString(content), configuration),
            "JSONL" => Lines(content),
            "JSON" or null => Pointed(Json(content), Text(configuration, "ItemsPointer")),
            var other => throw Failed($"The InputType {other} is not supported locally"),
        };
        return MapItem.Of(items, $"S3://{bucket}/{key}") ?? throw Failed("Attempting to map over non-iterable node.");
    }

    /// <summary>
    /// Returns the files that the manifest of an Athena UNLOAD query lists. Each line of the manifest is the S3 address
    /// of a file.
    /// </summary>
    private async ValueTask<IEnumerable<(string Bucket, string Key)>> AthenaFilesAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var manifest = Encoding.UTF8.GetString(await ContentAsync(bucket, key, cancellationToken));
        return manifest.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line =>
            Uri.TryCreate(line.Trim('"'), UriKind.Absolute, out var address) && address.Scheme == "s3"
                ? (address.Host, address.AbsolutePath.TrimStart('/'))
                : throw Failed($"A line of the manifest s3://{bucket}/{key} is not the address of a file: {line}"));
    }

    /// <summary>Reads the entries of an S3 inventory. The inventory's manifest lists its CSV files and their columns.</summary>
    private async ValueTask<IReadOnlyList<MapItem>> ReadInventoryAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var manifest = Json(await ContentAsync(bucket, key, cancellationToken)) as StatesObject;
        if (manifest is null || Text(manifest, "fileSchema") is not { } schema || manifest["files"] is not StatesArray files)
            throw Failed($"s3://{bucket}/{key} is not the manifest of an S3 inventory");
        var headers = new StatesArray(schema.Split(',', StringSplitOptions.TrimEntries).Select(header => (StatesValue)header));
        var configuration = StatesObject.Of(("InputType", "CSV"), ("CSVHeaderLocation", "GIVEN"), ("CSVHeaders", headers));
        return await ReadAllAsync(files.OfType<StatesObject>().Select(file => (bucket, Text(file, "key") ?? "")), configuration, cancellationToken);
    }

    private async ValueTask<byte[]> ContentAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        if (key.EndsWith(".zst", StringComparison.Ordinal) || key.EndsWith(".zstd", StringComparison.Ordinal))
            throw Failed($"s3://{bucket}/{key}: ZSTD is not supported locally; use GZIP");
        var content = await objects.ReadAsync(bucket, key, Error, cancellationToken);
        if (!key.EndsWith(".gz", StringComparison.Ordinal))
            return content;
        try
        {
            using var decompressed = new MemoryStream();
            await using (var compressed = new GZipStream(new MemoryStream(content), CompressionMode.Decompress))
                await compressed.CopyToAsync(decompressed, cancellationToken);
            return decompressed.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw Failed($"s3://{bucket}/{key}: {exception.Message}");
        }
    }

    private static StatesValue Json(byte[] content)
    {
        try
        {
            return StatesValue.Parse(content);
        }
        catch (JsonException exception)
        {
            throw Failed(exception.Message);
        }
    }

    private static StatesValue Pointed(StatesValue document, string? pointer) =>
        pointer is null ? document : JsonPointer.Find(document, pointer) ?? throw Failed($"The ItemsPointer {pointer} does not match anything in the data read");

    private static StatesArray Lines(byte[] content)
    {
        var items = new List<StatesValue>();
        foreach (var range in content.AsSpan().Split((byte)'\n'))
        {
            var line = content.AsSpan()[range].Trim("\r "u8);
            if (!line.IsEmpty)
                items.Add(Json(line.ToArray()));
        }

        return new StatesArray(items);
    }

    private StatesArray List(string bucket, string prefix) => new(objects.List(bucket, prefix, Error).Select(entry => (StatesValue)StatesObject.Of(
        ("Etag", $"\"{entry.File.LastWriteTimeUtc.Ticks:x}\""),
        ("Key", entry.Key),
        ("LastModified", new DateTimeOffset(entry.File.LastWriteTimeUtc).ToUnixTimeSeconds()),
        ("Size", entry.File.Length),
        ("StorageClass", "STANDARD"))));
}
