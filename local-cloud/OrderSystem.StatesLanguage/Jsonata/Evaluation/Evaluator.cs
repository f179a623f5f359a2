using System.Runtime.CompilerServices;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>One evaluation of an expression, with limits on time and depth.</summary>
internal sealed partial class Evaluator
{
    private const int StepsBetweenClockReadings = 256;

    private readonly JsonataEvaluation _settings;
    private readonly long _started;
    private int _depth;
    private int _steps;

    public Evaluator(JsonataEvaluation settings, StatesValue? root)
    {
        _settings = settings;
        _started = settings.Clock.GetTimestamp();
        Root = root;
        Now = settings.Now ?? settings.Clock.GetUtcNow();
    }

    /// <summary>The whole input, which <c>$$</c> refers to.</summary>
    public StatesValue? Root { get; }

    /// <summary>The time that <c>$now</c> and <c>$millis</c> return.</summary>
    public DateTimeOffset Now { get; }

    public Random Random => _settings.Random;

    public JsonataEvaluation Settings => _settings;

    /// <summary>
    /// Evaluates a node of the syntax tree with <paramref name="input"/> as the context. A null result means undefined.
    /// </summary>
    /// <exception cref="JsonataException">The evaluation fails or reaches a limit.</exception>
    public StatesValue? Evaluate(Node node, StatesValue? input, Frame scope)
    {
        CheckLimits();
        _depth++;
        try
        {
            var result = EvaluateBare(node, input, scope);
            if (node.Predicates is { } predicates)
            {
                foreach (var predicate in predicates)
                    result = Filter(predicate.Filter!, result, scope);
            }

            if (node.Group is { } group && node is not PathNode)
                result = Grouped(group, result, scope);
            return result is Sequence { IsSequence: true } sequence ? Collapse(sequence, node.KeepArray) : result;
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>
    /// Throws if the evaluation has exceeded its time limit. Built-in functions that loop call this method too.
    /// </summary>
    /// <exception cref="JsonataException">The time limit is exceeded (<c>U1001</c>).</exception>
    public void CheckTime()
    {
        if (++_steps % StepsBetweenClockReadings == 0 && _settings.Clock.GetElapsedTime(_started) > _settings.TimeLimit)
            throw JsonataErrors.Create("U1001", ("message", "Expression evaluation timeout: Check for infinite loop"));
    }

    private void CheckLimits()
    {
        if (_depth >= _settings.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataErrors.Create("U1001", ("message", "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."));
        CheckTime();
    }

    /// <summary>
    /// Throws if a value is nested too deeply to be stored. This check comes before any recursive code processes the value.
    /// </summary>
    private static T Bounded<T>(T value)
        where T : StatesValue? =>
        value is { Depth: > StatesValue.DeepestPayload }
            ? throw JsonataErrors.Create("U1001", ("message", $"Stack overflow error: A value is nested more than {StatesValue.DeepestPayload} levels deep."))
            : value;

    private StatesValue? EvaluateBare(Node node, StatesValue? input, Frame scope) => node switch
    {
        PathNode path => Path(path, input, scope),
        NameNode name => Lookup(input, name.Name),
        LiteralNode literal => literal.Value,
        VariableNode variable => Variable(variable.Name, input, scope),
        BinaryNode binary => Binary(binary, input, scope),
        CallNode { IsPartial: true } partial => PartiallyApply(partial, input, scope),
        CallNode call => Call(call, input, scope, piped: null, isPiped: false),
        ConditionNode condition => Values.IsTrue(Evaluate(condition.Condition, input, scope))
            ? Evaluate(condition.Then, input, scope)
            : condition.Otherwise is null ? null : Evaluate(condition.Otherwise, input, scope),
        ObjectNode constructor => Grouped(constructor.Pairs, input, scope),
        ArrayNode array => Array(array, input, scope),
        BlockNode block => Block(block, input, scope),
        BindNode bind => Bind(bind, input, scope),
        LambdaNode lambda => new LambdaValue(lambda, input, scope),
        NegationNode negation => Negate(negation, input, scope),
        WildcardNode => Wildcard(input),
        DescendantNode => Descendants(input),
        ParentNode parent => scope.Lookup(parent.Slot.Label),
        RegexNode regex => new RegexValue(regex.Regex),
        TransformNode transform => Transformer(transform, input, scope),
        SortNode sort => Sort(sort, input, scope),
        _ => throw new ArgumentException($"Cannot evaluate a node of type {node.GetType().Name}", nameof(node)),
    };

    private static StatesValue? Collapse(Sequence sequence, bool keepArray)
    {
        sequence.KeepSingleton |= keepArray;
        return sequence.Count switch
        {
            0 => null,
            1 when !sequence.KeepSingleton => sequence.Items[0],
            _ => sequence,
        };
    }

    private StatesValue? Variable(string name, StatesValue? input, Frame scope) => name switch
    {
        "" => input is Sequence { WrapsInput: true } wrapped ? wrapped.Items[0] : input,
        "$" => Root is Sequence { WrapsInput: true } root ? root.Items[0] : Root,
        _ => scope.Lookup(name),
    };

    private StatesValue? Block(BlockNode block, StatesValue? input, Frame scope)
    {
        var inner = new Frame(scope);
        StatesValue? result = null;
        foreach (var expression in block.Expressions)
            result = Evaluate(expression, input, inner);
        return result;
    }

    private StatesValue? Bind(BindNode bind, StatesValue? input, Frame scope)
    {
        var value = Evaluate(bind.Value, input, scope);
        scope.Bind(bind.Variable, value);
        return value;
    }

    private Sequence Array(ArrayNode array, StatesValue? input, Frame scope)
    {
        List<StatesValue> items = [];
        foreach (var item in array.Items)
        {
            var value = Evaluate(item, input, scope);
            if (value is null)
                continue;
            if (value is Sequence { Range: { } range } && array.Items.Count == 1 && item is not ArrayNode)
                return new Sequence(items: null, isSequence: false) { Range = range, IsWhole = array.IsWhole };
            if (item is not ArrayNode && Values.IsArray(value))
            {
                Values.CheckSize((long)items.Count + Values.Items(value).Length);
                items.AddRange(Values.Items(value));
            }
            else
            {
                items.Add(value);
            }
        }

        return Bounded(new Sequence(items, isSequence: false) { IsWhole = array.IsWhole });
    }

    /// <summary>Returns a property of an object, or the property of each object in an array.</summary>
    internal static StatesValue? Lookup(StatesValue? input, string name)
    {
        if (input is StatesObject properties)
            return properties[name];
        if (!Values.IsArray(input))
            return null;
        var found = new Sequence();
        foreach (var item in Values.Items(input))
        {
            var value = Lookup(item, name);
            if (value is null)
                continue;
            if (Values.IsArray(value))
                found.Items.AddRange(Values.Items(value));
            else
                found.Items.Add(value);
        }

        return found;
    }

    private static Sequence Wildcard(StatesValue? input)
    {
        if (input is Sequence { WrapsInput: true } wrapped)
            input = wrapped.Items[0];
        var found = new List<StatesValue>();
        var anyArray = false;
        foreach (var value in input is StatesObject properties ? properties.Values : input is null ? [] : Values.Items(input))
        {
            if (Values.IsArray(value))
            {
                anyArray = true;
                Flatten(value, found);
            }
            else
            {
                found.Add(value);
            }
        }

        return new Sequence(found, isSequence: !anyArray || found.Count == 0);
    }

    private static void Flatten(StatesValue value, List<StatesValue> into)
    {
        if (!Values.IsArray(value))
        {
            into.Add(value);
            return;
        }

        foreach (var item in Values.Items(value))
            Flatten(item, into);
    }

    private static Sequence? Descendants(StatesValue? input)
    {
        if (input is null)
            return null;
        var found = new Sequence();
        Descend(input is Sequence { WrapsInput: true } wrapped ? wrapped.Items[0] : input, found.Items);
        return found;
    }

    private static void Descend(StatesValue value, List<StatesValue> into)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataErrors.Create("U1001", ("message", "Stack overflow error: the input is nested too deeply"));
        if (Values.IsArray(value))
        {
            foreach (var item in Values.Items(value))
                Descend(item, into);
            return;
        }

        into.Add(value);
        if (value is StatesObject properties)
        {
            foreach (var property in properties.Values)
                Descend(property, into);
        }
    }
}
