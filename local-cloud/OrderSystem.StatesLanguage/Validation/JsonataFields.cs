using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Jsonata.Parsing;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Judges the expressions in fields of the JSONata query language.</summary>
internal static class JsonataFields
{
    /// <summary>Judges every expression in a value.</summary>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="location">Where the value is.</param>
    /// <param name="value">The value of a field.</param>
    /// <param name="isCatch">Whether the field is a Catcher's, where there is an error output.</param>
    public static void Check(Findings findings, string location, JsonValue value, bool isCatch = false)
    {
        switch (value)
        {
            case JsonObject container:
                foreach (var (name, member) in container)
                    Check(findings, $"{location}/{name}", member, isCatch);
                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                    Check(findings, $"{location}[{i}]", array[i], isCatch);
                break;
            case JsonString { Value: var text }:
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

    /// <summary>Expressions are evaluated without an input: all there is they find in variables.</summary>
    private static string? Fault(string reference, bool isCatch) => reference switch
    {
        ContextReferences.ErrorOutput => isCatch ? null : $"Field '{reference}' does not exist.",
        "$$" => "Reference to '$$' is not supported.",
        _ => $"Reference to '{reference}' at the top level is not supported.",
    };
}
