using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Judges payload templates of the JSONPath query language.</summary>
internal static class PayloadTemplates
{
    public static void Check(Findings findings, string location, JsonValue value)
    {
        switch (value)
        {
            case JsonObject container:
                foreach (var (name, member) in container)
                {
                    if (!name.EndsWith(".$", StringComparison.Ordinal))
                    {
                        Check(findings, location, member);
                        continue;
                    }

                    if (container.Contains(name[..^2]))
                        findings.Schema(location, $"The fields '{name[..^2]}' and '{name}' are in conflict");
                    CheckDynamic(findings, location, name, member);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                    Check(findings, location, item);
                break;
        }
    }

    private static void CheckDynamic(Findings findings, string location, string name, JsonValue value)
    {
        try
        {
            TemplateCompiler.CompileDynamic(name, value);
        }
        catch (FormatException)
        {
            findings.Schema(location, $"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call");
        }
    }
}

/// <summary>Judges the expressions in fields of the JSONata query language.</summary>
internal static class JsonataBrackets
{
    public static void Check(Findings findings, string location, JsonValue value)
    {
        switch (value)
        {
            case JsonObject container:
                foreach (var (name, member) in container)
                    Check(findings, $"{location}/{name}", member);
                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                    Check(findings, $"{location}[{i}]", array[i]);
                break;
            case JsonString { Value: var text }:
                CheckText(findings, location, text);
                break;
        }
    }

    private static void CheckText(Findings findings, string location, string text)
    {
        if (JsonataTemplate.Unwrap(text) is not { } expression)
        {
            if (text.StartsWith("{%", StringComparison.Ordinal) != text.EndsWith("%}", StringComparison.Ordinal))
                findings.Schema(location, "A JSONata expression must start with '{%' and end with '%}'");
            return;
        }

        try
        {
            JsonataExpression.Parse(expression, JsonataDialect.StepFunctions);
        }
        catch (JsonataException exception)
        {
            findings.Add(Diagnostic.InvalidJsonata, location, exception.Message);
        }
    }
}
