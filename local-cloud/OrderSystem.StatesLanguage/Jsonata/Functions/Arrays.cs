using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions on arrays.</summary>
internal static class Arrays
{
    public static StatesValue? Zip(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        var arrays = arguments.Select(Values.ItemsOrSelf).ToList();
        var length = arrays.Count == 0 ? 0 : arrays.Min(array => array.Count);
        return new Sequence([.. Enumerable.Range(0, length).Select(i => new StatesArray([.. arrays.Select(array => array[i])]))], isSequence: false);
    }

    public static StatesValue? Reverse(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array || Values.Items(array).Length <= 1)
            return arguments[0];
        return new Sequence([.. Enumerable.Reverse(Values.ItemsOrSelf(array))], isSequence: false);
    }

    public static StatesValue? Shuffle(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array || Values.Items(array).Length <= 1)
            return arguments[0];
        var items = Values.Items(array).ToArray();
        evaluator.Random.Shuffle(items);
        return new Sequence([.. items], isSequence: false);
    }

    public static StatesValue? Distinct(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is not { } array || !Values.IsArray(array) || Values.Items(array).Length <= 1)
            return arguments[0];
        HashSet<StatesValue> seen = [];
        List<StatesValue> distinct = [];
        foreach (var item in Values.Items(array))
        {
            if (seen.Add(item is FunctionValue ? item : Values.ToJson(item)))
                distinct.Add(item);
        }

        return new Sequence(distinct, isSequence: array is Sequence { IsSequence: true });
    }
}
