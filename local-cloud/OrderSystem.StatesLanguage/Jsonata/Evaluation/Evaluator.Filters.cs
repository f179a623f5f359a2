using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Evaluates predicates.</summary>
internal sealed partial class Evaluator
{
    /// <summary>
    /// Filters items by a predicate. A predicate that evaluates to numbers selects items by index; any other result counts
    /// as a Boolean.
    /// </summary>
    private StatesValue? Filter(Node predicate, StatesValue? input, Frame scope)
    {
        if (input is TupleStream stream)
        {
            List<Binding> kept = [];
            if (predicate is LiteralNode { Value: StatesNumber position })
            {
                if (At(position.Value, stream.Bindings.Count) is { } index)
                    kept.Add(stream.Bindings[index]);
            }
            else
            {
                for (var i = 0; i < stream.Bindings.Count; i++)
                {
                    var binding = stream.Bindings[i];
                    if (Passes(Evaluate(predicate, binding.Context, Scope(scope, binding)), i, stream.Bindings.Count))
                        kept.Add(binding);
                }
            }

            return new TupleStream(kept);
        }

        if (input is null)
            return new Sequence();
        var items = Values.IsArray(input) ? Values.Items(input).ToArray() : [input];
        var results = new Sequence();
        if (predicate is LiteralNode { Value: StatesNumber number })
        {
            if (At(number.Value, items.Length) is not { } index)
                return results;
            if (Values.IsArray(items[index]))
                return items[index];
            results.Items.Add(items[index]);
            return results;
        }

        for (var i = 0; i < items.Length; i++)
        {
            if (Passes(Evaluate(predicate, items[i], scope), i, items.Length))
                results.Items.Add(items[i]);
        }

        return results;
    }

    private static bool Passes(StatesValue? result, int index, int count)
    {
        if (Values.IsNumeric(result))
            return At(Values.Number(result), count) == index;
        if (!Values.IsArray(result) || !AllNumbers(Values.Items(result)))
            return Values.IsTrue(result);
        foreach (var number in Values.Items(result))
        {
            if (At(Values.Number(number), count) == index)
                return true;
        }

        return false;
    }

    private static bool AllNumbers(ReadOnlySpan<StatesValue> items)
    {
        foreach (var item in items)
        {
            if (!Values.IsNumeric(item))
                return false;
        }

        return true;
    }

    private static int? At(double position, int count)
    {
        var index = Math.Floor(position);
        if (index < 0)
            index += count;
        return index >= 0 && index < count ? (int)index : null;
    }
}
