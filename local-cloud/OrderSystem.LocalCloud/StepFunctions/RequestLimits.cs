using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>
/// The length limits of strings in requests. Like Step Functions, LocalCloud checks these limits before it validates anything
/// else in the request, and reports all violations at once. See the length constraints of each operation in the
/// Step Functions API Reference.
/// </summary>
internal static class RequestLimits
{
    private const int Arn = 256, Payload = 262_144;

    private static readonly Dictionary<string, (int Least, int Most)> Lengths = new(StringComparer.Ordinal)
    {
        ["activityArn"] = (1, Arn),
        ["cause"] = (0, 32_768),
        ["definition"] = (1, 1_048_576),
        ["description"] = (0, 256),
        ["error"] = (0, 256),
        ["executionArn"] = (1, Arn),
        ["mapRunArn"] = (1, 2000),
        ["output"] = (0, Payload),
        ["resourceArn"] = (1, Arn),
        ["roleArn"] = (1, Arn),
        ["stateMachineAliasArn"] = (1, Arn),
        ["stateMachineArn"] = (1, Arn),
        ["stateMachineVersionArn"] = (1, 2000),
        ["stateName"] = (1, 80),
        ["taskToken"] = (1, 2048),
        ["traceHeader"] = (0, 256),
        ["versionDescription"] = (0, 256),
        ["workerName"] = (1, 80),
    };

    /// <summary>The request members whose values Step Functions does not quote in its error messages.</summary>
    private static readonly HashSet<string> Sensitive = new(["cause", "definition", "description", "error", "output", "stateName", "versionDescription"], StringComparer.Ordinal);

    /// <exception cref="Http.AwsServiceException">A string is too long or too short.</exception>
    public static void Check(StatesObject request)
    {
        List<string>? faults = null;
        foreach (var (member, value) in request)
        {
            if (value is StatesString { Value: var text } && Lengths.TryGetValue(member, out var length) && (text.Length < length.Least || text.Length > length.Most))
                (faults ??= []).Add(Fault(member, text, length));
        }

        if (faults is not null)
            throw StepFunctionsErrors.Validation(faults);
    }

    private static string Fault(string member, string text, (int Least, int Most) length) =>
        $"Value {(Sensitive.Contains(member) && text.Length > 0 ? "" : $"'{text}' ")}at '{member}' failed to satisfy constraint: Member "
            + $"must have length {(text.Length < length.Least ? $"greater than or equal to {length.Least}" : $"less than or equal to {length.Most}")}";
}
