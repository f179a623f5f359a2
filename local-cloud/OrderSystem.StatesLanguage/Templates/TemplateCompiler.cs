using OrderSystem.StatesLanguage.Intrinsics;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Paths;

namespace OrderSystem.StatesLanguage.Templates;

/// <summary>
/// Compiles the values of a definition's fields to templates. For an invalid value, throws
/// <see cref="FormatException"/> or <see cref="JsonataException"/> with the reason.
/// </summary>
internal static class TemplateCompiler
{
    /// <summary>Compiles a JSONPath payload template: fields with names that end in <c>.$</c> are evaluated.</summary>
    public static Template CompilePayload(StatesValue value)
    {
        switch (value)
        {
            case StatesObject container:
                var names = new string[container.Count];
                var values = new Template[container.Count];
                for (var i = 0; i < names.Length; i++)
                {
                    var name = container.Names[i];
                    var isDynamic = name.EndsWith(".$", StringComparison.Ordinal);
                    names[i] = isDynamic ? name[..^2] : name;
                    values[i] = isDynamic ? CompileDynamic(name, container.Values[i]) : CompilePayload(container.Values[i]);
                }

                return Array.TrueForAll(values, item => item is LiteralTemplate) ? new LiteralTemplate(value) : new ObjectTemplate(names, values);
            case StatesArray array:
                var items = array.Select(CompilePayload).ToArray();
                return Array.TrueForAll(items, item => item is LiteralTemplate) ? new LiteralTemplate(value) : new ArrayTemplate(items);
            default:
                return new LiteralTemplate(value);
        }
    }

    /// <summary>Compiles a JSONata payload template: strings in <c>{% %}</c> are expressions.</summary>
    /// <param name="value">The payload template.</param>
    /// <param name="field">The name of the field, for error messages.</param>
    public static Template CompileJsonata(StatesValue value, string field)
    {
        switch (value)
        {
            case StatesObject container:
                var names = container.Names.ToArray();
                var values = new Template[names.Length];
                for (var i = 0; i < names.Length; i++)
                    values[i] = CompileJsonata(container.Values[i], $"{field}/{names[i]}");
                return Array.TrueForAll(values, item => item is LiteralTemplate) ? new LiteralTemplate(value) : new ObjectTemplate(names, values);
            case StatesArray array:
                var items = array.Select((item, index) => CompileJsonata(item, $"{field}[{index}]")).ToArray();
                return Array.TrueForAll(items, item => item is LiteralTemplate) ? new LiteralTemplate(value) : new ArrayTemplate(items);
            case StatesString { Value: var text } when JsonataTemplate.Unwrap(text) is { } expression:
                return new JsonataTemplate(JsonataExpression.Parse(expression, JsonataDialect.StepFunctions), field);
            default:
                return new LiteralTemplate(value);
        }
    }

    /// <summary>Compiles the value of a <c>.$</c> field: a path or an intrinsic function call.</summary>
    public static Template CompileDynamic(string field, StatesValue value)
    {
        if (value is not StatesString { Value: var text })
            throw new FormatException($"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call");
        return text.StartsWith('$') ? new PathTemplate(JsonPath.Parse(text), field) : new IntrinsicParser(text, field).Parse();
    }
}
