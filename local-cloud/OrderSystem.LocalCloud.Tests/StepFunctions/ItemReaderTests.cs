using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests what distributed Map states read from and write to the folders that represent S3 buckets.</summary>
public sealed class ItemReaderTests : IDisposable
{
    private readonly string _objects = Directory.CreateTempSubdirectory("objects-").FullName;

    [Theory]
    [InlineData("a.json", """[1,{"x":2}]""", """{"InputType":"JSON"}""", """[1,{"x":2}]""")]
    [InlineData("a.json", """{"k":1,"l":[2]}""", """{"InputType":"JSON"}""", """[{"Key":"k","Value":1},{"Key":"l","Value":[2]}]""")]
    [InlineData("a.json", """{"in":{"a/b":[5,6]}}""", """{"InputType":"JSON","ItemsPointer":"/in/a~1b"}""", "[5,6]")]
    [InlineData("a.jsonl", "{\"x\":1}\r\n\n2\n", """{"InputType":"JSONL"}""", """[{"x":1},2]""")]
    [InlineData("a.csv", "h,i\r\n1,\"a \"\"b\"\", c\"\n2\n3,4,5\n", """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""", """[{"h":"1","i":"a \"b\", c"},{"h":"2","i":""},{"h":"3","i":"4"}]""")]
    [InlineData("a.csv", "a,{\"\"k\"\":\"\"v\"\"}\n\"\",x\"\"\n", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["x","y"]}""",
        """[{"x":"a","y":"{\"k\":\"v\"}"},{"x":"","y":"x\""}]""")]
    [InlineData("a.csv", "1|2\nC:\\\\x|\\y\n",
        """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"PIPE","MaxItems":2}""",
        """[{"a":"1","b":"2"},{"a":"C:\\x","b":"y"}]""")]
    public async Task Items_are_read_in_each_format(string key, string content, string configuration, string expected)
    {
        Write(key, Encoding.UTF8.GetBytes(content));
        Assert.Equal(expected, await RunAsync($$"""{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{{configuration}},"Parameters":{"Bucket":"b","Key":"{{key}}"} }"""));
    }

    [Fact]
    public async Task Compressed_files_listings_and_manifests_are_read()
    {
        Write("d/1.jsonl", "1\n2\n"u8.ToArray());
        Write("d/2.jsonl.gz", Compressed("3\n"));
        Assert.Equal("[1,2,3]",
            await RunAsync("""{"Resource":"arn:aws:states:::s3:listObjectsV2","ReaderConfig":{"InputType":"JSONL","Transformation":"LOAD_AND_FLATTEN"},"Parameters":{"Bucket":"b","Prefix":"d/"}}"""));
        Write("manifest.csv", "s3://b/d/2.jsonl.gz\ns3://b/d/1.jsonl\n"u8.ToArray());
        Assert.Equal("[3,1,2]",
            await RunAsync("""{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"ManifestType":"ATHENA_DATA","InputType":"JSONL"},"Parameters":{"Bucket":"b","Key":"manifest.csv"}}"""));
        Write("data/i.csv.gz", Compressed("\"source\",\"k.csv\",\"7\"\n"));
        Write("manifest.json", """{"fileFormat":"CSV","fileSchema":"Bucket, Key, Size","files":[{"key":"data/i.csv.gz"}]}"""u8.ToArray());
        Assert.Equal("""[{"Bucket":"source","Key":"k.csv","Size":"7"}]""",
            await RunAsync("""{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"MANIFEST"},"Parameters":{"Bucket":"b","Key":"manifest.json"}}"""));
    }

    [Fact]
    public async Task The_context_contains_the_source_of_an_item()
    {
        Write("a.json", """{"k":1}"""u8.ToArray());
        var selector = """ "ItemSelector":{"source.$":"$$.Map.Item.Source","key.$":"$$.Map.Item.Key","value.$":"$$.Map.Item.Value"},""";
        Assert.Equal(
            """[{"source":"S3://b/a.json","key":"k","value":1}]""",
            await RunAsync("""{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"b","Key":"a.json"}}""", selector));
    }

    [Fact]
    public async Task A_missing_file_fails_the_map_run()
    {
        await using var server = await StartAsync();
        var execution = await StartAsync(server, """ "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"none"}},""");
        Assert.Equal("States.ItemReaderFailed", (string?)(await server.EndAsync(execution))["error"]);
        Assert.Equal(["MapStateStarted", "MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"], (await server.EventTypesAsync(execution)).Skip(2));
    }

    [Fact]
    public async Task A_resumed_map_run_uses_the_items_of_its_first_read()
    {
        var data = Directory.CreateTempSubdirectory("map-items-").FullName;
        var options = new OrderSystem.LocalCloud.LocalCloudOptions { ObjectsDirectory = _objects, DataDirectory = data };
        Write("a.json", "[1,2]"u8.ToArray());
        var hung = new TaskCompletionSource();
        string execution;
        await using (var server = await StepFunctionsServer.StartAsync(options, async (payload, _) =>
        {
            hung.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, TestContext.Current.CancellationToken);
            return payload;
        }))
        {
            execution = await StartAsync(
                server,
                """ "MaxConcurrency":1,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"a.json"}},""",
                """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","End":true}""");
            await hung.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        Write("a.json", "[7,8,9]"u8.ToArray());
        await using (var server = await StepFunctionsServer.StartAsync(options))
            Assert.Equal("[1,2]", (string?)(await server.EndAsync(execution))["output"]);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("""{"Transformation":"COMPACT","OutputType":"JSON"}""", "json", """[[1,2],[3]]""")]
    [InlineData("""{"Transformation":"FLATTEN","OutputType":"JSONL"}""", "jsonl", "1\n2\n3\n")]
    public async Task Results_are_written_in_each_format(string configuration, string extension, string expected)
    {
        await using var server = await StartAsync();
        var execution = await StartAsync(server,
            $$""" "ItemsPath":"$.items","ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","WriterConfig":{{configuration}},"Parameters":{"Bucket":"out","Prefix":"p"} },""", input: """{"items":[[1,2],[3]]}""");
        var output = JsonNode.Parse((string)(await server.EndAsync(execution))["output"]!)!;
        var manifest = JsonNode.Parse(await ReadAsync("out", (string)output["ResultWriterDetails"]!["Key"]!))!;
        Assert.Equal((string?)output["MapRunArn"], (string?)manifest["MapRunArn"]);
        var file = Assert.Single(manifest["ResultFiles"]!["SUCCEEDED"]!.AsArray())!;
        Assert.EndsWith($"/SUCCEEDED_0.{extension}", (string?)file["Key"], StringComparison.Ordinal);
        var content = await ReadAsync("out", (string)file["Key"]!);
        Assert.Equal((expected, (long)file["Size"]!), (content, Encoding.UTF8.GetByteCount(content)));
    }

    [Fact]
    public async Task Results_include_succeeded_failed_and_pending_executions()
    {
        await using var server = await StartAsync();
        var execution = await StartAsync(
            server,
            """ "ItemsPath":"$.items","MaxConcurrency":1,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"out"}},""",
            """{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"F"}],"Default":"S"},"F":{"Type":"Fail","Error":"Bad","Cause":"why"},"S":{"Type":"Succeed"}""",
            """{"items":[1,2,3]}""");
        Assert.Equal("FAILED", (string?)(await server.EndAsync(execution))["status"]);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(_objects, "out")));
        var succeeded = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "SUCCEEDED_0.json"), TestContext.Current.CancellationToken))![0]!;
        Assert.Equal(("1", "1", "SUCCEEDED", "NOT_REDRIVABLE"), ((string?)succeeded["Input"], (string?)succeeded["Output"], (string?)succeeded["Status"], (string?)succeeded["RedriveStatus"]));
        Assert.Equal(
            ["ExecutionArn", "Input", "InputDetails", "Name", "Output", "OutputDetails", "RedriveCount", "RedriveStatus", "RedriveStatusReason", "StartDate", "StateMachineArn", "Status", "StopDate"],
            succeeded.AsObject().Select(field => field.Key));
        var failed = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "FAILED_0.json"), TestContext.Current.CancellationToken))![0]!;
        Assert.Equal(("Bad", "why", "FAILED"), ((string?)failed["Error"], (string?)failed["Cause"], (string?)failed["Status"]));
        var pending = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "PENDING_0.json"), TestContext.Current.CancellationToken))![0]!;
        Assert.Equal(("3", "PENDING"), ((string?)pending["Input"], (string?)pending["Status"]));
    }

    [Fact]
    public async Task Without_a_bucket_failed_items_appear_unchanged_in_the_results()
    {
        await using var server = await StartAsync();
        var execution = await StartAsync(
            server,
            """ "ItemsPath":"$.items","ToleratedFailureCount":1,"ResultWriter":{"WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSON"}},""",
            """{"Type":"Choice","Choices":[{"Variable":"$","IsNumeric":true,"Next":"F"}],"Default":"S"},"F":{"Type":"Fail","Error":"Bad"},"S":{"Type":"Succeed"}""",
            """{"items":[[1,2],3]}""");
        var output = JsonNode.Parse((string)(await server.EndAsync(execution))["output"]!)!.AsArray();
        Assert.Equal(["1", "2"], output.Take(2).Select(item => item!.ToJsonString()));
        Assert.Equal(("Bad", "FAILED", "REDRIVABLE_BY_MAP_RUN"), ((string?)output[2]!["Error"], (string?)output[2]!["Status"], (string?)output[2]!["RedriveStatus"]));
    }

    public void Dispose() => Directory.Delete(_objects, recursive: true);

    private static byte[] Compressed(string content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(content));
        return compressed.ToArray();
    }

    private static async Task<string> StartAsync(StepFunctionsServer server, string fields, string state = """{"Type":"Pass","End":true}""", string input = "{}") =>
        await server.StartExecutionAsync(
            await server.CreateAsync(
                $$$$"""{"StartAt":"M","States":{"M":{"Type":"Map",{{{{fields}}}}"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{{{{state}}}}}},"End":true}}}"""),
            input);

    private Task<StepFunctionsServer> StartAsync() => StepFunctionsServer.StartAsync(new() { ObjectsDirectory = _objects });

    private async Task<string?> RunAsync(string reader, string fields = "")
    {
        await using var server = await StartAsync();
        var ended = await server.EndAsync(await StartAsync(server, $""" "ItemReader":{reader},{fields}"""));
        return (string?)ended["output"] ?? (string?)ended["cause"];
    }

    private Task<string> ReadAsync(string bucket, string key) => File.ReadAllTextAsync(Path.Combine(_objects, bucket, key), TestContext.Current.CancellationToken);

    private void Write(string key, byte[] content)
    {
        var path = Path.Combine(_objects, "b", key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
