using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderSystem.CloudFormation;

/// <summary>
/// Checks the value of a template parameter against its declaration. CloudFormation User Guide: "Parameters section".
/// </summary>
internal static class ParameterRules
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <summary>Returns the rule that a value breaks, in words; null if the value is valid.</summary>
    public static string? Broken(string value, JsonNode declaration) => (string?)declaration["Type"] switch
    {
        "Number" when Number(value) is not { } => "must be a number",
        "Number" when Number(declaration["MinValue"]) is { } least && Number(value) < least => $"must be at least {least}",
        "Number" when Number(declaration["MaxValue"]) is { } most && Number(value) > most => $"must be at most {most}",
        "String" when Number(declaration["MinLength"]) is { } least && value.Length < least => $"must have at least {least} characters",
        "String" when Number(declaration["MaxLength"]) is { } most && value.Length > most => $"must have at most {most} characters",
        "String" when declaration["AllowedPattern"] is { } pattern && !Matches(value, pattern.ToString()) =>
            declaration["ConstraintDescription"] is { } description ? description.ToString() : $"must match {pattern}",
        _ => null,
    };

    private static bool Matches(string value, string pattern) => Regex.IsMatch(value, $"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, LongestMatch);

    private static decimal? Number(JsonNode? node) => node is null ? null : Number(node.ToString());

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
