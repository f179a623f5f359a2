using System.Globalization;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>The fields of a distributed Map state, which processes its items in child executions.</summary>
internal sealed class DistributedMap
{
    public required string ExecutionType { get; init; }

    public string? Label { get; init; }

    /// <summary>The ItemReader field as written in the definition; null if it is absent.</summary>
    public StatesObject? ItemReader { get; init; }

    /// <summary>
    /// The JSON pointer to the items within the data that ItemReader reads; null if the data itself is the list of
    /// items.
    /// </summary>
    public string? ItemsPointer => ((ItemReader?["ReaderConfig"] as StatesObject)?["ItemsPointer"] as StatesString)?.Value;

    public Template? ReaderArguments { get; init; }

    public Template? MaxItems { get; init; }

    /// <summary>Groups items into batches; null if each item has its own child execution.</summary>
    public ItemBatcher? Batcher { get; init; }

    public StatesObject? ResultWriter { get; init; }

    public Template? WriterArguments { get; init; }

    public Template? ToleratedFailureCount { get; init; }

    public Template? ToleratedFailurePercentage { get; init; }

    /// <summary>Whether ResultWriter writes the results to a resource instead of only transforming the results.</summary>
    public bool ExportsResults => ResultWriter?.Contains("Resource") == true;

    /// <summary>Reads the fields of a distributed Map; null if the Map is inline.</summary>
    public static DistributedMap? Read(DefinitionReader fields)
    {
        if (((fields["ItemProcessor"] ?? fields["Iterator"]) as StatesObject)?["ProcessorConfig"] is not StatesObject config || config["Mode"] is not StatesString { Value: "DISTRIBUTED" })
            return null;
        var reader = fields["ItemReader"] as StatesObject;
        var readerFields = new DefinitionReader(reader ?? StatesObject.Empty, fields.Language, $"{fields.Path}/ItemReader");
        var readerConfig = new DefinitionReader(reader?["ReaderConfig"] as StatesObject ?? StatesObject.Empty, fields.Language, $"{fields.Path}/ItemReader/ReaderConfig");
        var writer = fields["ResultWriter"] as StatesObject;
        var writerFields = new DefinitionReader(writer ?? StatesObject.Empty, fields.Language, $"{fields.Path}/ResultWriter");
        return new DistributedMap
        {
            ExecutionType = (config["ExecutionType"] as StatesString)?.Value ?? "STANDARD",
            Label = fields.Text("Label"),
            ItemReader = reader,
            ReaderArguments = readerFields.Arguments(),
            MaxItems = readerConfig.InvalidPathField("MaxItems"),
            Batcher = ItemBatcher.Read(fields),
            ResultWriter = writer,
            WriterArguments = writerFields.Arguments(),
            ToleratedFailureCount = fields.InvalidPathField("ToleratedFailureCount"),
            ToleratedFailurePercentage = fields.InvalidPathField("ToleratedFailurePercentage"),
        };
    }

    public async ValueTask<StatesValue> RunAsync(MapState map, IMapRunner runner, StateScope scope, StatesValue input, long concurrency, CancellationToken cancellationToken)
    {
        // Items that an ItemReader provides are read later, after the map run has started.
        var items = ItemReader is null ? map.ItemsOf(scope, input) : null;
        var started = await scope.Branch.RecordAsync(HistoryEventType.MapStateStarted, new MapStateStartedDetails(items?.Count ?? 0), cancellationToken);
        var (count, percentage) = Tolerance(scope, input);
        var request = new MapRunRequest(
            scope.Execution.Context.ExecutionArn,
            started.Id,
            map.Name,
            Label,
            ExecutionType,
            StateMachine.OfGraph(map.Name, map.ItemProcessor),
            new MapRunLimits(concurrency, count, percentage));
        return await new DistributedMapRun(this, map, scope, input, request).RunAsync(runner, items, cancellationToken);
    }

    /// <summary>Evaluates how many failed items the Map state tolerates, and throws if more items failed.</summary>
    public void CheckTolerance(StateScope scope, StatesValue input, int itemCount, int failures)
    {
        var (count, percentage) = Tolerance(scope, input);
        if (count is { } tolerated)
            scope.Inspect("toleratedFailureCount", tolerated);
        if (percentage is { } share)
            scope.Inspect("toleratedFailurePercentage", share);
        if ((count ?? percentage) is not null && !new MapRunLimits(0, count, percentage).Tolerate(failures, itemCount))
            throw ThresholdExceeded();
    }

    public static StatesErrorException ThresholdExceeded() => new(StatesErrors.ExceedToleratedFailureThreshold, "The specified tolerated failure threshold was exceeded");

    /// <summary>Returns the child executions to run, with their inputs.</summary>
    public IReadOnlyList<MapRunChild> Children(MapState map, StateScope scope, StatesValue input, IReadOnlyList<MapItem> items)
    {
        var most = ItemReader is null ? 0 : Number(scope, input, MaxItems) ?? 0;
        if (most > 0 && items.Count > most)
            items = [.. items.Take((int)most)];
        var children = new List<MapRunChild>(items.Count);
        for (var i = 0; i < items.Count; i++)
            children.Add(new MapRunChild(map.ItemInput(scope, input, i, items[i]), ItemCount: 1));
        return Batcher?.Batch(scope, input, children) ?? children;
    }

    /// <summary>
    /// Evaluates a field to a number. Also accepts a string that contains a number, because a path may refer to such a
    /// string. Returns null for any other value.
    /// </summary>
    public static double? Number(StateScope scope, StatesValue input, Template? template) => template?.Evaluate(scope, input) is { } value ? NumberOf(value) : null;

    private static double? NumberOf(StatesValue value) => value switch
    {
        StatesNumber number => number.Value,
        StatesString text when double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private (long? Count, double? Percentage) Tolerance(StateScope scope, StatesValue input)
    {
        var count = Tolerated(scope, input, ToleratedFailureCount, "ToleratedFailureCount", "integer");
        if (count is { } failures && !(failures >= 0 && Math.Floor(failures).Equals(failures)))
            throw scope.Runtime("ToleratedFailureCount cannot be negative.");
        var percentage = Tolerated(scope, input, ToleratedFailurePercentage, "ToleratedFailurePercentage", "number");
        return percentage is null or (>= 0 and <= 100) ? ((long?)count, percentage) : throw scope.Runtime("ToleratedFailurePercentage must be between 0 and 100.");
    }

    private static double? Tolerated(StateScope scope, StatesValue input, Template? template, string field, string expected)
    {
        if (template is null)
            return null;
        var value = template.Evaluate(scope, input);
        if (NumberOf(value) is { } number && (value is StatesNumber || scope.State.Language == QueryLanguage.JSONPath))
            return number;
        throw scope.State.Language == QueryLanguage.JSONata
            ? scope.QueryEvaluationError(UnexpectedType.Of(template, field, expected, value), field)
            : scope.Runtime($"The {field}Path field refers to value \"{value.ToJsonString()}\" which is not a valid {expected}.");
    }
}
