using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions that take a function as an argument.</summary>
internal static class HigherOrder
{
    public static StatesValue? Map(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array)
            return null;
        var mapped = new Sequence();
        var items = Values.ItemsOrSelf(array);
        for (var i = 0; i < items.Count; i++)
        {
            if (evaluator.InvokeFitting(Values.Function(arguments[1]), input, scope, items[i], i, array) is { } result)
                mapped.Items.Add(result);
        }

        return mapped;
    }

    public static StatesValue? Filter(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array)
            return null;
        var kept = new Sequence();
        var items = Values.ItemsOrSelf(array);
        for (var i = 0; i < items.Count; i++)
        {
            if (Values.IsTrue(evaluator.InvokeFitting(Values.Function(arguments[1]), input, scope, items[i], i, array)))
                kept.Items.Add(items[i]);
        }

        return kept;
    }

    public static StatesValue? Single(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array)
            return null;
        StatesValue? single = null;
        var items = Values.ItemsOrSelf(array);
        for (var i = 0; i < items.Count; i++)
        {
            if (arguments[1] is FunctionValue function && !Values.IsTrue(evaluator.InvokeFitting(function, input, scope, items[i], i, array)))
                continue;
            single = single is null ? items[i] : throw JsonataErrors.Create("D3138", ("index", i));
        }

        return single ?? throw JsonataErrors.Create("D3139");
    }

    public static StatesValue? Reduce(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array)
            return null;
        var function = Values.Function(arguments[1]);
        if (function.Arity < 2)
            throw JsonataErrors.Create("D3050", ("index", 1));
        var items = Values.ItemsOrSelf(array);
        var result = arguments[2] ?? items.FirstOrDefault();
        for (var i = arguments[2] is null ? 1 : 0; i < items.Count; i++)
            result = evaluator.InvokeFitting(function, input, scope, result, items[i], i, array);
        return result;
    }

    public static StatesValue? Sift(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not StatesObject properties || arguments[1] is not FunctionValue function)
            return null;
        var kept = new StatesObjectBuilder();
        foreach (var (name, value) in properties)
        {
            if (Values.IsTrue(evaluator.InvokeFitting(function, input, scope, value, name, properties)))
                kept.Set(name, value);
        }

        return kept.Count == 0 ? null : kept.Build();
    }

    public static StatesValue? Each(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not StatesObject properties)
            return null;
        var results = new Sequence();
        foreach (var (name, value) in properties)
        {
            if (evaluator.InvokeFitting(Values.Function(arguments[1]), input, scope, value, name, properties) is { } result)
                results.Items.Add(result);
        }

        return results;
    }

    public static StatesValue? Sort(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array)
            return null;
        var items = Values.ItemsOrSelf(array);
        if (items.Count <= 1)
            return array;
        if (arguments[1] is FunctionValue isAfter)
            return new Sequence([.. MergeSort.Sort(items, (a, b) => Values.IsTrue(evaluator.Invoke(isAfter, [a, b], input, scope)) ? 1 : -1)], isSequence: false);
        if (items.TrueForAll(item => item is StatesNumber))
            return new Sequence([.. MergeSort.Sort(items, (a, b) => Values.Number(a).CompareTo(Values.Number(b)))], isSequence: false);
        if (items.TrueForAll(item => item is StatesString))
            return new Sequence([.. MergeSort.Sort(items, (a, b) => string.CompareOrdinal(Values.Text(a), Values.Text(b)))], isSequence: false);
        throw JsonataErrors.Create("D3070", ("index", 1));
    }
}
