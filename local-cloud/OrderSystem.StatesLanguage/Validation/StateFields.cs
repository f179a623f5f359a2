using System.Collections.Frozen;
using OrderSystem.StatesLanguage.Definition;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>The allowed fields of each state type, by query language.</summary>
internal static class StateFields
{
    private static readonly string[] Common = ["Type", "Comment", "QueryLanguage"];
    private static readonly string[] Transition = ["Next", "End"];
    private static readonly string[] Paths = ["InputPath", "OutputPath"];
    private static readonly string[] Work = ["Retry", "Catch"];

    private static readonly string[] Map =
    [
        "ItemProcessor", "Iterator", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "Label",
        "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage",
    ];

    private static readonly FrozenDictionary<string, FrozenSet<string>> JsonPath = new Dictionary<string, FrozenSet<string>>
    {
        ["Pass"] = Set([.. Common, .. Transition, .. Paths, "Assign", "Parameters", "Result", "ResultPath"]),
        ["Task"] = Set(
        [
            .. Common, .. Transition, .. Paths, .. Work, "Assign", "Resource", "Parameters", "ResultSelector", "ResultPath", "Credentials",
            "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath",
        ]),
        ["Choice"] = Set([.. Common, .. Paths, "Assign", "Choices", "Default"]),
        ["Wait"] = Set([.. Common, .. Transition, .. Paths, "Assign", "Seconds", "SecondsPath", "Timestamp", "TimestampPath"]),
        ["Succeed"] = Set([.. Common, .. Paths]),
        ["Fail"] = Set([.. Common, "Error", "ErrorPath", "Cause", "CausePath"]),
        ["Parallel"] = Set([.. Common, .. Transition, .. Paths, .. Work, "Assign", "Branches", "Parameters", "ResultSelector", "ResultPath"]),
        ["Map"] = Set(
        [
            .. Common, .. Transition, .. Paths, .. Work, .. Map, "Assign", "ItemsPath", "Parameters", "ResultSelector", "ResultPath",
            "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
        ]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FrozenSet<string>> Jsonata = new Dictionary<string, FrozenSet<string>>
    {
        ["Pass"] = Set([.. Common, .. Transition, "Assign", "Output"]),
        ["Task"] = Set([.. Common, .. Transition, .. Work, "Assign", "Output", "Resource", "Arguments", "Credentials", "TimeoutSeconds", "HeartbeatSeconds"]),
        ["Choice"] = Set([.. Common, "Assign", "Output", "Choices", "Default"]),
        ["Wait"] = Set([.. Common, .. Transition, "Assign", "Output", "Seconds", "Timestamp"]),
        ["Succeed"] = Set([.. Common, "Output"]),
        ["Fail"] = Set([.. Common, "Error", "Cause"]),
        ["Parallel"] = Set([.. Common, .. Transition, .. Work, "Assign", "Output", "Branches", "Arguments"]),
        ["Map"] = Set([.. Common, .. Transition, .. Work, .. Map, "Assign", "Output", "Items"]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the allowed fields of a state type; null if the type does not exist.</summary>
    public static FrozenSet<string>? Of(string type, QueryLanguage language) => (language == QueryLanguage.JSONata ? Jsonata : JsonPath).GetValueOrDefault(type);

    private static FrozenSet<string> Set(string[] fields) => fields.ToFrozenSet(StringComparer.Ordinal);
}
