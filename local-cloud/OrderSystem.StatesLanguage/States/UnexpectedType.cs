using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>AWS's message for an expression that returned a value of the wrong type.</summary>
internal static class UnexpectedType
{
    public static string Of(Template template, string field, string expected, StatesValue actual)
    {
        var expression = (template as JsonataTemplate)?.Expression.Text;
        return $"The JSONata expression '{expression}' specified for the field '{field}' returned an unexpected result type. Expected "
            + $"'{expected}', but was '{NameOf(actual)}' for value: {actual.ToJsonString()}";
    }

    private static string NameOf(StatesValue value) => value switch
    {
        StatesNull => "null",
        StatesBoolean => "boolean",
        StatesNumber => "number",
        StatesString => "string",
        StatesArray => "array",
        _ => "object",
    };
}
