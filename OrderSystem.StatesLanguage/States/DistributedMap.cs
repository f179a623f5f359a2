using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>The fields of a Map state whose items run as executions of their own, and how it runs.</summary>
internal sealed class DistributedMap
{
    public required string ExecutionType { get; init; }

    public string? Label { get; init; }

    /// <summary>ItemReader as defined, without its arguments.</summary>
    public JsonObject? ItemReader { get; init; }

    public Template? ReaderArguments { get; init; }

    public Template? MaxItems { get; init; }

    /// <summary>ItemBatcher's MaxItemsPerBatch.</summary>
    public Template? MaxItemsPerBatch { get; init; }

    public Template? MaxInputBytesPerBatch { get; init; }

    public Template? BatchInput { get; init; }

    public bool IsBatched { get; init; }

    public JsonObject? ResultWriter { get; init; }

    public Template? WriterArguments { get; init; }

    public Template? ToleratedFailureCount { get; init; }

    public Template? ToleratedFailurePercentage { get; init; }

    /// <summary>Reads the fields; null where the Map is inline.</summary>
    public static DistributedMap? Read(DefinitionReader fields)
    {
        if ((fields["ItemProcessor"] as JsonObject)?["ProcessorConfig"] is not JsonObject config || config["Mode"] is not JsonString { Value: "DISTRIBUTED" })
            return null;
        var reader = fields["ItemReader"] as JsonObject;
        var readerFields = new DefinitionReader(reader ?? JsonObject.Empty, fields.Language, $"{fields.Path}/ItemReader");
        var readerConfig = new DefinitionReader(reader?["ReaderConfig"] as JsonObject ?? JsonObject.Empty, fields.Language, $"{fields.Path}/ItemReader/ReaderConfig");
        var batcher = fields["ItemBatcher"] as JsonObject;
        var batcherFields = new DefinitionReader(batcher ?? JsonObject.Empty, fields.Language, $"{fields.Path}/ItemBatcher");
        var writer = fields["ResultWriter"] as JsonObject;
        var writerFields = new DefinitionReader(writer ?? JsonObject.Empty, fields.Language, $"{fields.Path}/ResultWriter");
        return new DistributedMap
        {
            ExecutionType = (config["ExecutionType"] as JsonString)?.Value ?? "STANDARD",
            Label = fields.Text("Label"),
            ItemReader = reader,
            ReaderArguments = readerFields.Arguments(),
            MaxItems = readerConfig.InvalidPathField("MaxItems"),
            IsBatched = batcher is not null,
            MaxItemsPerBatch = batcherFields.InvalidPathField("MaxItemsPerBatch"),
            MaxInputBytesPerBatch = batcherFields.InvalidPathField("MaxInputBytesPerBatch"),
            BatchInput = batcherFields.Payload("BatchInput"),
            ResultWriter = writer,
            WriterArguments = writerFields.Arguments(),
            ToleratedFailureCount = fields.InvalidPathField("ToleratedFailureCount"),
            ToleratedFailurePercentage = fields.InvalidPathField("ToleratedFailurePercentage"),
        };
    }

    public async ValueTask<JsonValue> RunAsync(MapState map, IMapRunner runner, StateScope scope, JsonValue input, long concurrency, CancellationToken cancellationToken)
    {
        var items = await ItemsAsync(map, runner, scope, input, cancellationToken);
        var children = new List<JsonValue>(items.Count);
        for (var i = 0; i < items.Count; i++)
            children.Add(map.ItemInput(scope, input, MapState.MapItem(i, items[i])));
        if (IsBatched)
            children = Batches(scope, input, children);

        var tolerance = Tolerance(scope, input);
        var started = await scope.Branch.RecordAsync(HistoryEventType.MapStateStarted, new MapStateStartedDetails(items.Count), cancellationToken);
        var request = new MapRunRequest(
            scope.Execution.Context.ExecutionArn,
            started.Id,
            map.Name,
            Label,
            ExecutionType,
            StateMachine.OfGraph(map.Name, map.ItemProcessor),
            children.Count,
            concurrency,
            tolerance.Count,
            tolerance.Percentage);
        var arn = (scope.Branch.NextRecorded?.Details as MapRunDetails)?.MapRunArn;
        if (scope.Branch.NextRecorded is null || arn is null)
        {
            await scope.Branch.CaughtUpAsync(cancellationToken);
            arn = await runner.StartAsync(request, cancellationToken);
        }

        await scope.Branch.RecordAsync(HistoryEventType.MapRunStarted, new MapRunDetails(arn), cancellationToken);
        return await RunItemsAsync(map, runner, scope, input, request, arn, children, cancellationToken);
    }

    /// <summary>Works out what is tolerated, and fails where more items failed than that.</summary>
    public void CheckTolerance(StateScope scope, JsonValue input, int itemCount, int failures)
    {
        var (count, percentage) = Tolerance(scope, input);
        if (ToleratedFailureCount is not null)
            scope.Inspect("toleratedFailureCount", count);
        if (ToleratedFailurePercentage is not null)
            scope.Inspect("toleratedFailurePercentage", percentage);
        if (failures > 0 && (ToleratedFailureCount ?? ToleratedFailurePercentage) is not null && !IsTolerated(failures, itemCount, count, percentage))
            throw ThresholdExceeded();
    }

    private static StatesErrorException ThresholdExceeded() => new(StatesErrors.ExceedToleratedFailureThreshold, "The specified tolerated failure threshold was exceeded");

    private (long Count, double Percentage) Tolerance(StateScope scope, JsonValue input)
    {
        var count = Number(scope, input, ToleratedFailureCount) ?? 0;
        if (count < 0 || Math.Floor(count) != count)
            throw scope.Runtime("ToleratedFailureCount cannot be negative.");
        var percentage = Number(scope, input, ToleratedFailurePercentage) ?? 0;
        return percentage is >= 0 and <= 100 ? ((long)count, percentage) : throw scope.Runtime("ToleratedFailurePercentage must be between 0 and 100.");
    }

    private static double? Number(StateScope scope, JsonValue input, Template? template) => template?.Evaluate(scope, input) switch
    {
        JsonNumber number => number.Value,
        { } other => MapState.IntegerOf(other),
        null => null,
    };

    private async ValueTask<JsonValue> RunItemsAsync(MapState map, IMapRunner runner, StateScope scope, JsonValue input, MapRunRequest request, string arn, List<JsonValue> children, CancellationToken cancellationToken)
    {
        if (scope.Branch.NextRecorded is { Type: HistoryEventType.MapRunFailed, Details: FailureDetails recorded })
        {
            await scope.Branch.RecordAsync(HistoryEventType.MapRunFailed, recorded, cancellationToken);
            throw new StatesErrorException(recorded.Error, recorded.Cause);
        }

        // A run that was recorded as ended hands out its children's results without running them again.
        if (scope.Branch.NextRecorded is null)
            await scope.Branch.CaughtUpAsync(cancellationToken);
        await scope.Execution.FlushAsync(cancellationToken);
        var results = new ExecutionResult?[children.Count];
        var failures = 0;
        var failed = await BranchGroup.RunAsync(
            scope,
            request.EventId,
            children.Count,
            request.MaxConcurrency,
            async (index, token) =>
            {
                var result = results[index] = await runner.RunItemAsync(request, arn, index, children[index], token);
                if (result.Status != ExecutionStatus.Succeeded && !IsTolerated(Interlocked.Increment(ref failures), request.ItemCount, request.ToleratedFailureCount, request.ToleratedFailurePercentage))
                    throw ThresholdExceeded();
            },
            cancellationToken);
        if (failed is { Failure: var failure })
        {
            await runner.EndAsync(arn, ExecutionStatus.Failed, cancellationToken);
            await scope.Branch.RecordAsync(HistoryEventType.MapRunFailed, new FailureDetails(failure.Error, failure.Cause), cancellationToken);
            throw failure;
        }

        var output = await OutputAsync(runner, scope, input, request, arn, children, results!, cancellationToken);
        await runner.EndAsync(arn, ExecutionStatus.Succeeded, cancellationToken);
        await scope.Branch.RecordAsync(HistoryEventType.MapRunSucceeded, null, cancellationToken);
        await scope.Branch.RecordAsync(HistoryEventType.MapStateSucceeded, null, cancellationToken);
        return output;
    }

    private async ValueTask<JsonValue> OutputAsync(IMapRunner runner, StateScope scope, JsonValue input, MapRunRequest request, string arn, List<JsonValue> children, ExecutionResult[] results, CancellationToken cancellationToken)
    {
        if (ResultWriter is not null)
        {
            var pairs = results.Select((result, index) => (children[index], result)).ToList();
            return await runner.WriteResultsAsync(request, arn, ResultWriter, WriterArguments?.Evaluate(scope, input) ?? JsonObject.Empty, pairs, cancellationToken);
        }

        return new JsonArray(results.Where(result => result.Status == ExecutionStatus.Succeeded).Select(result => result.Output!).ToArray());
    }

    private static bool IsTolerated(int failures, int itemCount, long count, double percentage) =>
        failures <= count || failures * 100.0 / itemCount <= percentage;

    private async ValueTask<JsonArray> ItemsAsync(MapState map, IMapRunner runner, StateScope scope, JsonValue input, CancellationToken cancellationToken)
    {
        if (ItemReader is null)
            return map.ItemsOf(scope, input);
        var read = await runner.ReadItemsAsync(ItemReader, ReaderArguments?.Evaluate(scope, input) ?? JsonObject.Empty, cancellationToken);
        var items = read as JsonArray ?? throw new StatesErrorException(StatesErrors.ItemReaderFailed, "Attempting to map over non-iterable node.");
        return Number(scope, input, MaxItems) is > 0 and { } most && items.Count > most ? new JsonArray(items.AsSpan()[..(int)most].ToArray()) : items;
    }

    private List<JsonValue> Batches(StateScope scope, JsonValue input, List<JsonValue> items)
    {
        var most = Number(scope, input, MaxItemsPerBatch) ?? double.MaxValue;
        var mostBytes = Number(scope, input, MaxInputBytesPerBatch) ?? Execution.MaxPayloadSize;
        var shared = BatchInput?.Evaluate(scope, input);
        var batches = new List<JsonValue>();
        var batch = new List<JsonValue>();
        var bytes = 0;
        foreach (var item in items)
        {
            if (batch.Count > 0 && (batch.Count >= most || bytes + item.Utf8Size > mostBytes))
                Close();
            batch.Add(item);
            bytes += item.Utf8Size + 1;
        }

        if (batch.Count > 0)
            Close();
        return batches;

        void Close()
        {
            var builder = new JsonObjectBuilder(2);
            if (shared is not null)
                builder.Set("BatchInput", shared);
            batches.Add(builder.Set("Items", new JsonArray(batch.ToArray())).Build());
            batch.Clear();
            bytes = 0;
        }
    }
}
