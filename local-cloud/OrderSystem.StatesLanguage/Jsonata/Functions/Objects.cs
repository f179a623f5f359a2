using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions on objects, and functions that accept a value of any type.</summary>
internal static class Objects
{
    public static StatesValue? Keys(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        var names = new StatesObjectBuilder();
        CollectKeys(arguments[0], names);
        return new Sequence([.. names.Build().Names.ToArray().Select(name => (StatesValue)name)]);
    }

    public static StatesValue? Spread(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } value)
            return null;
        if (value is not StatesObject && !Values.IsArray(value))
            return value;
        var spread = new Sequence();
        SpreadInto(value, spread.Items);
        return spread;
    }

    public static StatesValue? Merge(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var merged = new StatesObjectBuilder();
        foreach (var item in Values.ItemsOrSelf(arguments[0]))
        {
            foreach (var (name, value) in (StatesObject)item)
                merged.Set(name, value);
        }

        return merged.Build();
    }

    public static StatesValue? Error(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        throw JsonataErrors.Create("D3137", ("message", arguments[0] ?? "$error() function evaluated"));

    public static StatesValue? Assert(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Values.IsTrue(arguments[0]) ? null : throw JsonataErrors.Create("D3141", ("message", arguments[1] ?? "$assert() statement failed"));

    public static StatesValue? Type(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => arguments[0] switch
    {
        null => null,
        FunctionValue => "function",
        StatesNull => "null",
        StatesNumber => "number",
        StatesString => "string",
        StatesBoolean => "boolean",
        StatesObject => "object",
        _ => "array",
    };

    /// <summary>
    /// Implements <c>$eval</c>. The expression's context is the second argument or, if that argument is missing, the
    /// context of the call.
    /// </summary>
    public static StatesValue? Eval(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
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

    private static void CollectKeys(StatesValue? value, StatesObjectBuilder names)
    {
        if (value is StatesObject properties)
        {
            foreach (var name in properties.Names)
                names.Set(name, StatesValue.Null);
        }
        else if (value is not null)
        {
            foreach (var item in Values.Items(value))
                CollectKeys(item, names);
        }
    }

    private static void SpreadInto(StatesValue value, List<StatesValue> into)
    {
        if (value is StatesObject properties)
        {
            foreach (var (name, property) in properties)
                into.Add(StatesObject.Of((name, property)));
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
