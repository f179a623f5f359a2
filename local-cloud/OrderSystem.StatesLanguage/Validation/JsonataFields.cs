using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Jsonata.Parsing;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates the expressions in JSONata fields.</summary>
internal static class JsonataFields
{
    /// <summary>Validates every expression in a value.</summary>
    /// <param name="findings">Receives the diagnostics.</param>
    /// <param name="location">The location of the value.</param>
    /// <param name="value">The value of a field.</param>
    /// <param name="isCatch">Whether the field belongs to a Catcher, which provides <c>$states.errorOutput</c>.</param>
    public static void Check(Findings findings, string location, StatesValue value, bool isCatch = false)
    {
        switch (value)
        {
            case StatesObject container:
                foreach (var (name, member) in container)
                    Check(findings, $"{location}/{name}", member, isCatch);
                break;
            case StatesArray array:
                for (var i = 0; i < array.Count; i++)
                    Check(findings, $"{location}[{i}]", array[i], isCatch);
                break;
            case StatesString { Value: var text }:
                CheckText(findings, location, text, isCatch);
                break;
        }
    }

    private static void CheckText(Findings findings, string location, string text, bool isCatch)
    {
        if (JsonataTemplate.Unwrap(text) is not { } expression)
        {
            if (text.StartsWith("{%", StringComparison.Ordinal) != text.EndsWith("%}", StringComparison.Ordinal))
                findings.Schema(location, "A JSONata expression must start with '{%' and end with '%}'");
            return;
        }

        try
        {
            foreach (var reference in JsonataExpression.Parse(expression, JsonataDialect.StepFunctions).ContextReferences)
            {
                if (Fault(reference, isCatch) is { } fault)
                    findings.Add(Diagnostic.UnsupportedJsonata, location, fault);
            }
        }
        catch (JsonataException exception)
        {
            findings.Add(Diagnostic.InvalidJsonata, location, exception.Message);
        }
    }

    /// <summary>
    /// Returns the error message for a reference that Step Functions does not provide; null if the reference is allowed.
    /// </summary>
    private static string? Fault(string reference, bool isCatch) => reference switch
    {
        ContextReferences.ErrorOutput => isCatch ? null : $"Field '{reference}' does not exist.",
        "$$" => "Reference to '$$' is not supported.",
        _ => $"Reference to '{reference}' at the top level is not supported.",
    };
}
