using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Filters;

namespace OrderSystem.CloudFormation;

/// <summary>
/// An event source mapping as declared in a template or through the Lambda API. Lambda API Reference:
/// "CreateEventSourceMapping".
/// </summary>
public sealed record MappingDefinition
{
    public required string Id { get; init; }

    public required string FunctionName { get; init; }

    /// <summary>The version or alias of the function that is invoked; null for <c>$LATEST</c>.</summary>
    public string? Qualifier { get; init; }

    /// <summary>The name and the qualifier of the function that is invoked.</summary>
    public FunctionReference Function => new(FunctionName, Qualifier);

    public required string EventSourceArn { get; init; }

    public required EventSourceMappingConfiguration Configuration { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>The ARN of the on-failure queue, which receives a metadata record for each discarded batch.</summary>
    public string? OnFailureArn { get; init; }

    /// <summary>
    /// For a queue, the maximum number of batches that are processed concurrently; null means Lambda's default scaling.
    /// </summary>
    public int? MaximumConcurrency { get; init; }

    public bool IsQueue => EventSourceArn.StartsWith("arn:aws:sqs:", StringComparison.Ordinal);

    /// <summary>
    /// Returns the id of the mapping between a function and an event source. The id depends only on the function's name
    /// and the source's ARN, so the mapping finds its checkpoints again after a restart.
    /// </summary>
    public static string IdOf(string functionName, string eventSourceArn) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{functionName} {eventSourceArn}")).AsSpan(0, 16)).ToString();

    /// <summary>
    /// Reads the declaration of a mapping. Properties that the declaration omits keep their values from
    /// <paramref name="standing"/>, or get Lambda's defaults if the mapping is new.
    /// </summary>
    /// <param name="property">Returns a property of the declaration by its name.</param>
    /// <param name="functionName">The function's name or ARN, with an optional qualifier.</param>
    /// <param name="standing">The definition of the mapping to update; null for a new mapping.</param>
    /// <exception cref="MappingRefusedException">A value in the declaration is invalid.</exception>
    public static MappingDefinition Read(Func<string, JsonNode?> property, string functionName, MappingDefinition? standing = null)
    {
        var function = FunctionReference.Parse(functionName);
        var source = standing?.EventSourceArn ?? Text("EventSourceArn") ?? throw Refused("EventSourceArn is missing");
        var isQueue = source.StartsWith("arn:aws:sqs:", StringComparison.Ordinal);
        var old = standing?.Configuration ?? new EventSourceMappingConfiguration { BatchSize = isQueue ? 10 : 100 };
        var configuration = old with
        {
            BatchSize = Integer("BatchSize") ?? old.BatchSize,
            MaximumBatchingWindow = Seconds("MaximumBatchingWindowInSeconds") ?? old.MaximumBatchingWindow,
            StartingPosition = Text("StartingPosition") is { } position ? Position(position) : old.StartingPosition,
            ParallelizationFactor = Integer("ParallelizationFactor") ?? old.ParallelizationFactor,
            MaximumRetryAttempts = Integer("MaximumRetryAttempts") ?? old.MaximumRetryAttempts,
            MaximumRecordAge = Integer("MaximumRecordAgeInSeconds") is { } age ? age == -1 ? null : TimeSpan.FromSeconds(age) : old.MaximumRecordAge,
            BisectBatchOnFunctionError = Boolean("BisectBatchOnFunctionError") ?? old.BisectBatchOnFunctionError,
            ReportBatchItemFailures = property("FunctionResponseTypes") is { } types ? Reports(types) : old.ReportBatchItemFailures,
            TumblingWindow = Seconds("TumblingWindowInSeconds") ?? old.TumblingWindow,
            Filter = Object("FilterCriteria") is { } filter ? Filter(filter) : old.Filter,
        };
        if (standing is not null && configuration.StartingPosition != old.StartingPosition)
            throw Refused("StartingPosition cannot be changed: delete the mapping and create it again");
        if (standing is null && !isQueue && Text("StartingPosition") is null)
            throw Refused("StartingPosition is missing: set TRIM_HORIZON or LATEST");
        if ((isQueue ? configuration.ValidateForQueue() : configuration.ValidateForStream()).FirstOrDefault() is { } complaint)
            throw Refused(complaint);
        return new MappingDefinition
        {
            Id = standing?.Id ?? IdOf(function.Name, source),
            FunctionName = function.Name,
            Qualifier = function.Qualifier,
            EventSourceArn = source,
            Configuration = configuration,
            Enabled = Boolean("Enabled") ?? standing?.Enabled ?? true,
            OnFailureArn = Object("DestinationConfig") is { } destinations ? OnFailure(destinations, isQueue) : standing?.OnFailureArn,
            MaximumConcurrency = Object("ScalingConfig") is { } scaling ? Concurrency(scaling, isQueue) : standing?.MaximumConcurrency,
        };

        string? Text(string name) => property(name)?.ToString();
        int? Integer(string name) => Number(Text(name), name);
        TimeSpan? Seconds(string name) => Integer(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        bool? Boolean(string name) => Text(name) is not { } text ? null : bool.TryParse(text, out var value) ? value : throw Refused($"{name} is {text}, but must be true or false");
        JsonObject? Object(string name) => property(name) is { } value ? Member(value, name) : null;
    }

    private static JsonObject Member(JsonNode value, string name) => value as JsonObject ?? throw Refused($"{name} must be an object");

    private static bool Reports(JsonNode types)
    {
        var names = types as JsonArray ?? throw Refused("FunctionResponseTypes must be a list");
        if (names.FirstOrDefault(name => name?.ToString() != "ReportBatchItemFailures") is { } unknown)
            throw Refused($"FunctionResponseTypes has {unknown}, but only ReportBatchItemFailures is allowed");
        return names.Count > 0;
    }

    private static string? OnFailure(JsonObject destinations, bool isQueue)
    {
        if (destinations["OnFailure"] is not { } onFailure || Member(onFailure, "DestinationConfig.OnFailure")["Destination"] is not { } destination)
            return null;
        if (isQueue)
            throw Refused("DestinationConfig is for streams only; use the queue's redrive policy");
        return destination is JsonValue ? destination.ToString() : throw Refused("DestinationConfig.OnFailure.Destination must be an ARN");
    }

    private static int? Concurrency(JsonObject scaling, bool isQueue) =>
        Number(scaling[nameof(MaximumConcurrency)]?.ToString(), nameof(MaximumConcurrency)) switch
        {
            null => null,
            _ when !isQueue => throw Refused("ScalingConfig is for queues only"),
            < 2 or > 1000 => throw Refused($"MaximumConcurrency is {scaling[nameof(MaximumConcurrency)]}, but must be from 2 to 1000"),
            var concurrency => concurrency,
        };

    private static int? Number(string? text, string name) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw Refused($"{name} is {text}, but must be a whole number");

    private static StartingPosition Position(string text) => text switch
    {
        "TRIM_HORIZON" => StartingPosition.TrimHorizon,
        "LATEST" => StartingPosition.Latest,
        _ => throw Refused($"StartingPosition is {text}, but must be TRIM_HORIZON or LATEST"),
    };

    private static FilterCriteria Filter(JsonObject criteria)
    {
        if (criteria["Filters"] is not { } given)
            return FilterCriteria.None;
        var filters = given as JsonArray ?? throw Refused("FilterCriteria.Filters must be a list");
        try
        {
            return FilterCriteria.Parse([.. filters.Select(filter => filter is JsonObject { Count: 1 } one && one["Pattern"] is JsonValue pattern
                ? pattern.ToString() : throw Refused("each of FilterCriteria.Filters must be an object with a Pattern"))]);
        }
        catch (FilterPatternException error)
        {
            throw new MappingRefusedException(error.Message) { ApiMessage = "Invalid filter pattern definition." };
        }
    }

    private static MappingRefusedException Refused(string complaint) => new(complaint);
}
