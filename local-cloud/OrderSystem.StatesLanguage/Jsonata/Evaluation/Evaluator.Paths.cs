using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Evaluates paths: each step is applied to every result of the previous step.</summary>
internal sealed partial class Evaluator
{
    private StatesValue? Path(PathNode path, StatesValue? input, Frame scope)
    {
        StatesValue? results = Values.IsArray(input) && path.Steps[0] is not VariableNode ? input : new Sequence(input is null ? [] : [input]);
        // A first step such as a variable or a constructor yields a value even if the context is undefined.
        var stepsInput = input is null ? [null] : Values.Items(results).ToArray().ToList<StatesValue?>();
        List<Binding>? bindings = null;
        var isTupleStream = false;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            isTupleStream |= step.Tuple;
            if (i == 0 && step is ArrayNode { IsWhole: true } or BlockNode { OpensWithArray: true })
                results = Evaluate(step, results, scope);
            else if (isTupleStream)
                bindings = TupleStep(step, stepsInput, bindings, scope);
            else
                results = Step(step, stepsInput, scope, isLast: i == path.Steps.Count - 1);

            if (!isTupleStream)
            {
                if (results is null || !Values.IsArray(results) || Values.Items(results).Length == 0)
                    break;
                if (step.Focus is null)
                    stepsInput = [.. Values.Items(results)];
            }
        }

        if (isTupleStream)
        {
            if (path.Tuple)
                return Grouping(path, new TupleStream(bindings!), scope);
            var contexts = new Sequence();
            foreach (var binding in bindings!)
            {
                if (binding.Context is { } context)
                    contexts.Items.Add(context);
            }

            results = contexts;
        }

        if (path.KeepSingletonArray)
        {
            if (results is Sequence { IsWhole: true, IsSequence: false })
                results = new Sequence([results]);
            if (results is Sequence sequence)
                sequence.KeepSingleton = true;
        }

        return path.Group is null ? results : Grouping(path, isTupleStream ? new TupleStream(bindings!) : results, scope);
    }

    private StatesValue? Grouping(PathNode path, StatesValue? results, Frame scope) =>
        path.Group is { } group ? Grouped(group, results, scope) : results;

    private StatesValue? Step(Node step, List<StatesValue?> input, Frame scope, bool isLast)
    {
        if (step is SortNode sort)
        {
            StatesValue? sorted = Sort(sort, new Sequence(input!), scope);
            return step.Stages is null ? sorted : Staged(step.Stages, sorted, scope);
        }

        List<StatesValue> results = [];
        foreach (var item in input)
        {
            var result = Evaluate(step, item, scope);
            if (step.Stages is { } stages)
            {
                foreach (var stage in stages)
                    result = stage.Filter is null ? result : Filter(stage.Filter, result, scope);
            }

            if (result is Sequence { IsSequence: true, Items.Count: 0 })
                continue;
            if (result is not null)
                results.Add(result);
        }

        if (isLast && results.Count == 1 && Values.IsArray(results[0]) && results[0] is not Sequence { IsSequence: true })
            return results[0];
        var flat = new Sequence();
        foreach (var result in results)
        {
            if (Values.IsArray(result) && result is not Sequence { IsWhole: true })
            {
                Values.CheckSize((long)flat.Items.Count + Values.Items(result).Length);
                flat.Items.AddRange(Values.Items(result));
            }
            else
                flat.Items.Add(result);
        }

        return flat;
    }

    private List<Binding> TupleStep(Node step, List<StatesValue?> input, List<Binding>? bindings, Frame scope)
    {
        if (step is SortNode sort)
        {
            List<Binding> sorted = bindings is not null
                ? ((TupleStream)Sort(sort, new TupleStream(bindings), scope)!).Bindings
                : [.. Values.ItemsOrSelf(Sort(sort, new Sequence(input!), scope)).Select((item, index) => Bound(step, new Binding(item), item, index))];
            return step.Stages is null ? sorted : ((TupleStream)Staged(step.Stages, new TupleStream(sorted), scope)!).Bindings;
        }

        bindings ??= [.. input.Select(item => new Binding(item))];
        List<Binding> results = [];
        foreach (var binding in bindings)
        {
            var result = Evaluate(step, binding.Context, Scope(scope, binding));
            if (result is TupleStream stream)
            {
                foreach (var inner in stream.Bindings)
                {
                    var merged = new Binding(inner.Context, new(binding.Variables));
                    foreach (var (name, value) in inner.Variables)
                        merged.Variables[name] = value;
                    results.Add(merged);
                }

                continue;
            }

            var index = 0;
            foreach (var item in Values.ItemsOrSelf(result))
                results.Add(Bound(step, binding, item, index++));
        }

        return step.Stages is null ? results : ((TupleStream)Staged(step.Stages, new TupleStream(results), scope)!).Bindings;
    }

    private static Binding Bound(Node step, Binding from, StatesValue item, int index)
    {
        var bound = new Binding(step.Focus is null ? item : from.Context, new(from.Variables));
        if (step.Focus is not null)
            bound.Variables[step.Focus] = item;
        if (step.Index is not null)
            bound.Variables[step.Index] = index;
        if (step.Ancestor is { } ancestor)
            bound.Variables[ancestor.Label] = from.Context;
        return bound;
    }

    private StatesValue? Staged(List<Stage> stages, StatesValue? results, Frame scope)
    {
        foreach (var stage in stages)
        {
            if (stage.Filter is not null)
            {
                results = Filter(stage.Filter, results, scope);
            }
            else if (results is TupleStream stream)
            {
                for (var i = 0; i < stream.Bindings.Count; i++)
                    stream.Bindings[i].Variables[stage.Index!] = i;
            }
        }

        return results;
    }

    private static Frame Scope(Frame outer, Binding binding)
    {
        if (binding.Variables.Count == 0)
            return outer;
        var scope = new Frame(outer);
        foreach (var (name, value) in binding.Variables)
            scope.Bind(name, value);
        return scope;
    }
}
