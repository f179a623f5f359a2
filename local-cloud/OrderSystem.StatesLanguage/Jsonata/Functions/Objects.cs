using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions on objects, and functions that accept a value of any type.</summary>
internal static class Objects
{
    public static JsonValue? Keys(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope)
    {
        var names = new JsonObjectBuilder();
        CollectKeys(arguments[0], names);
        return new Sequence([.. names.Build().Names.ToArray().Select(name => (JsonValue)name)]);
    }

    public static JsonValue? Spread(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope)
    {
        if (arguments[0] is not { } value)
            return null;
        if (value is not JsonObject && !Values.IsArray(value))
            return value;
        var spread = new Sequence();
        SpreadInto(value, spread.Items);
        return spread;
    }

    public static JsonValue? Merge(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var merged = new JsonObjectBuilder();
        foreach (var item in Values.ItemsOrSelf(arguments[0]))
        {
            foreach (var (name, value) in (JsonObject)item)
                merged.Set(name, value);
        }

        return merged.Build();
    }

    public static JsonValue? Error(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope) =>
        throw JsonataErrors.Create("D3137", ("message", arguments[0] ?? "$error() function evaluated"));

    public static JsonValue? Assert(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope) =>
        Values.IsTrue(arguments[0]) ? null : throw JsonataErrors.Create("D3141", ("message", arguments[1] ?? "$assert() statement failed"));

    public static JsonValue? Type(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope) => arguments[0] switch
    {
        null => null,
        FunctionValue => "function",
        JsonNull => "null",
        JsonNumber => "number",
        JsonString => "string",
        JsonBoolean => "boolean",
        JsonObject => "object",
        _ => "array",
    };

    /// <summary>
    /// Implements <c>$eval</c>. The context is the second argument or, if it is missing, the context of the call.
    /// </summary>
    public static JsonValue? Eval(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]!);
        JsonataExpression expression;
        try
        {
            expression = JsonataExpression.Parse(text);
        }
        catch (JsonataException e)
        {
            throw JsonataErrors.Create("D3120", ("value", e.Message), ("error", e.Code));
        }

        try
        {
            return evaluator.Evaluate(expression.Root, arguments[1] is { } context ? JsonataExpression.Wrap(context) : input, scope);
        }
        catch (JsonataException e) when (e.Code != "U1001")
        {
            throw JsonataErrors.Create("D3121", ("value", e.Message), ("error", e.Code));
        }
    }

    private static void CollectKeys(JsonValue? value, JsonObjectBuilder names)
    {
        if (value is JsonObject properties)
        {
            foreach (var name in properties.Names)
                names.Set(name, JsonValue.Null);
        }
        else if (value is not null)
        {
            foreach (var item in Values.Items(value))
                CollectKeys(item, names);
        }
    }

    private static void SpreadInto(JsonValue value, List<JsonValue> into)
    {
        if (value is JsonObject properties)
        {
            foreach (var (name, property) in properties)
                into.Add(JsonObject.Of((name, property)));
        }
        else if (Values.IsArray(value))
        {
            foreach (var item in Values.Items(value))
                SpreadInto(item, into);
        }
        else
        {
            into.Add(value);
        }
    }
}
