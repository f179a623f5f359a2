using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Evaluates object constructors and grouping expressions.</summary>
internal sealed partial class Evaluator
{
    /// <summary>
    /// Builds an object from key/value pairs. Items with the same key are grouped, and the value is evaluated once per
    /// group.
    /// </summary>
    private StatesObject Grouped(IReadOnlyList<(Node Key, Node Value)> pairs, StatesValue? input, Frame scope)
    {
        var stream = input as TupleStream;
        List<Binding> items = stream?.Bindings ?? [.. Values.ItemsOrSelf(input).Select(item => new Binding(item))];
        if (items.Count == 0)
            items = [new Binding(null)];

        var groups = new Dictionary<string, (List<Binding> Items, int Pair)>(StringComparer.Ordinal);
        List<string> order = [];
        foreach (var item in items)
        {
            for (var pair = 0; pair < pairs.Count; pair++)
            {
                var key = Evaluate(pairs[pair].Key, item.Context, Scope(scope, item));
                if (key is null)
                    continue;
                if (key is not StatesString { Value: var name })
                    throw JsonataErrors.Create("T1003", ("value", key));
                if (!groups.TryGetValue(name, out var group))
                {
                    groups.Add(name, group = ([], pair));
                    order.Add(name);
                }
                else if (group.Pair != pair)
                {
                    throw JsonataErrors.Create("D1009", ("value", name));
                }

                group.Items.Add(item);
            }
        }

        var result = new StatesObjectBuilder(order.Count);
        foreach (var name in order)
        {
            var (members, pair) = groups[name];
            var merged = members.Count == 1 ? members[0] : Merge(members);
            var value = Evaluate(pairs[pair].Value, merged.Context, stream is null ? scope : Scope(scope, merged));
            if (value is not null)
                result.Set(name, value is Sequence sequence ? Settled(sequence) : value);
        }

        return Bounded(result.Build());
    }

    /// <summary>Merges several bindings into one binding by appending their contexts and the values of each variable.</summary>
    private static Binding Merge(List<Binding> members)
    {
        var context = members[0].Context;
        var variables = new Dictionary<string, StatesValue?>(members[0].Variables);
        foreach (var member in members.Skip(1))
        {
            context = Values.Append(context, member.Context);
            foreach (var (name, value) in member.Variables)
                variables[name] = Values.Append(variables.GetValueOrDefault(name), value);
        }

        return new Binding(context, variables);
    }

    /// <summary>Converts a sequence to a plain array, so that the array can be stored as a value.</summary>
    private static StatesArray Settled(Sequence sequence) => new([.. sequence.Items.Select(item => item is Sequence inner ? Settled(inner) : item)]);
}
