using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Converts the syntax tree to an evaluation tree. Combines dots, brackets and bindings into paths.</summary>
internal sealed class PathResolver
{
    private int _labels;

    /// <summary>Converts the syntax tree of a whole expression to an evaluation tree.</summary>
    /// <exception cref="JsonataException">The expression is not valid.</exception>
    public static Node Resolve(Syntax syntax)
    {
        var node = new PathResolver().Process(syntax);
        if (node is ParentNode || node.SeekingParent.Count > 0)
            throw JsonataErrors.Create("S0217");
        return node;
    }

    private Node Process(Syntax syntax)
    {
        var node = Convert(syntax);
        node.KeepArray |= syntax.KeepArray;
        return node;
    }

    private Node Convert(Syntax syntax)
    {
        switch (syntax)
        {
            case EndSyntax:
                throw JsonataErrors.Create("S0207");
            case LiteralSyntax literal:
                return new LiteralNode(literal.Value);
            case RegexSyntax regex:
                return new RegexNode(regex);
            case NameSyntax name:
                return new PathNode([new NameNode(name.Name) { KeepArray = name.KeepArray }]) { KeepSingletonArray = name.KeepArray };
            case VariableSyntax variable:
                return new VariableNode(variable.Name);
            case WildcardSyntax:
                return new WildcardNode();
            case DescendantSyntax:
                return new DescendantNode();
            case ParentSyntax:
                return new ParentNode(new AncestorSlot(string.Create(CultureInfo.InvariantCulture, $"!{_labels++}")));
            case NegationSyntax negation:
                return Negation(negation);
            case ArraySyntax array:
                return Array(array);
            case ObjectSyntax constructor:
                var pairs = new ObjectNode(Pairs(constructor.Pairs));
                foreach (var (key, value) in pairs.Pairs)
                    Ancestors.PassOn(pairs, key, value);
                return pairs;
            case BinarySyntax binary:
                return Binary(binary);
            case GroupSyntax group:
                var grouped = Process(group.Left);
                if (grouped.Group is not null)
                    throw JsonataErrors.Create("S0210");
                grouped.Group = Pairs(group.Pairs);
                return grouped;
            case OrderBySyntax orderBy:
                return OrderBy(orderBy);
            case BindSyntax bind:
                var bound = new BindNode(bind.Variable, Process(bind.Value));
                Ancestors.PassOn(bound, bound.Value);
                return bound;
            case ConditionSyntax condition:
                var choice = new ConditionNode(Process(condition.Condition), Process(condition.Then), condition.Else is null ? null : Process(condition.Else));
                Ancestors.PassOn(choice, choice.Condition, choice.Then, choice.Otherwise);
                return choice;
            case BlockSyntax block:
                return Block(block);
            case TransformSyntax transform:
                return new TransformNode(Process(transform.Pattern), Process(transform.Update), transform.Delete is null ? null : Process(transform.Delete));
            case CallSyntax call:
                var procedure = Process(call.Procedure);
                var arguments = call.Arguments.Select(argument => argument is null ? null : Process(argument)).ToList();
                var result = new CallNode(procedure, arguments);
                Ancestors.PassOn(result, [.. arguments]);
                return result;
            case LambdaSyntax lambda:
                return new LambdaNode(lambda.Parameters, lambda.Signature, TailCalls.Replace(Process(lambda.Body)));
            default:
                throw new ArgumentException($"Cannot resolve syntax of type {syntax.GetType().Name}", nameof(syntax));
        }
    }

    private List<(Node Key, Node Value)> Pairs(IReadOnlyList<(Syntax Key, Syntax Value)> pairs) =>
        pairs.Select(pair => (Process(pair.Key), Process(pair.Value))).ToList();

    private Node Negation(NegationSyntax negation)
    {
        var operand = Process(negation.Operand);
        if (operand is LiteralNode { Value: StatesNumber number })
            return new LiteralNode(StatesNumber.Of(-number.Value));
        var node = new NegationNode(operand);
        Ancestors.PassOn(node, operand);
        return node;
    }

    private ArrayNode Array(ArraySyntax array)
    {
        var items = array.Items.Select(Process).ToList();
        var node = new ArrayNode(items);
        Ancestors.PassOn(node, [.. items]);
        return node;
    }

    private BlockNode Block(BlockSyntax block)
    {
        var expressions = block.Expressions.Select(Process).ToList();
        var node = new BlockNode(expressions)
        {
            OpensWithArray = expressions.Any(item => item is ArrayNode { IsWhole: true } or BlockNode { OpensWithArray: true } or PathNode { Steps: [ArrayNode { IsWhole: true }, ..] }),
        };
        Ancestors.PassOn(node, [.. expressions]);
        return node;
    }

    private Node Binary(BinarySyntax binary)
    {
        switch (binary.Operator)
        {
            case ".":
                return Step(binary);
            case "[":
                return Predicate(binary);
            case "@":
                return Focus(binary, ((VariableSyntax)binary.Right).Name);
            case "#":
                return Index(binary, ((VariableSyntax)binary.Right).Name);
            default:
                var node = new BinaryNode(binary.Operator, Process(binary.Left), Process(binary.Right));
                if (binary.Operator == "~>")
                    node.KeepArray = node.Left.KeepArray || node.Right.KeepArray;
                Ancestors.PassOn(node, node.Left, node.Right);
                return node;
        }
    }

    private PathNode Step(BinarySyntax binary)
    {
        var left = Process(binary.Left);
        var path = left as PathNode ?? new PathNode([left]);
        if (left is ParentNode parent)
            path.SeekingParent.Add(parent.Slot);

        var right = Process(binary.Right);
        if (right is PathNode tail)
        {
            path.Steps.AddRange(tail.Steps);
        }
        else
        {
            right.Stages = right.Predicates ?? right.Stages;
            right.Predicates = null;
            path.Steps.Add(right);
        }

        for (var i = 0; i < path.Steps.Count; i++)
        {
            if (path.Steps[i] is LiteralNode literal)
                path.Steps[i] = AsName(literal);
        }

        path.KeepSingletonArray |= path.Steps.Any(step => step.KeepArray);
        if (path.Steps[0] is ArrayNode first)
            first.IsWhole = true;
        if (path.Steps[^1] is ArrayNode last)
            last.IsWhole = true;
        Ancestors.Resolve(path);
        return path;
    }

    private static NameNode AsName(LiteralNode literal) => literal.Value is StatesString name
        ? new NameNode(name.Value) { Stages = literal.Stages, KeepArray = literal.KeepArray, Focus = literal.Focus, Index = literal.Index, Tuple = literal.Tuple }
        : throw JsonataErrors.Create("S0213", ("value", literal.Value));

    private Node Predicate(BinarySyntax binary)
    {
        var node = Process(binary.Left);
        var step = node is PathNode path ? path.Steps[^1] : node;
        if (step.Group is not null || node.Group is not null)
            throw JsonataErrors.Create("S0209");

        var filter = Process(binary.Right);
        foreach (var slot in filter.SeekingParent)
        {
            if (slot.Level == 1)
                Ancestors.Seek(step, slot);
            else
                slot.Level--;
        }

        Ancestors.PassOn(step, filter);
        var stage = new Stage(filter, null);
        if (node is PathNode)
            (step.Stages ??= []).Add(stage);
        else
            (step.Predicates ??= []).Add(stage);
        return node;
    }

    private PathNode OrderBy(OrderBySyntax orderBy)
    {
        var left = Process(orderBy.Left);
        var path = left as PathNode ?? new PathNode([left]);
        var sort = new SortNode([.. orderBy.Terms.Select(term => (Process(term.Term), term.Descending))]);
        Ancestors.PassOn(sort, [.. sort.Terms.Select(term => term.Term)]);
        path.Steps.Add(sort);
        Ancestors.Resolve(path);
        return path;
    }

    private Node Focus(BinarySyntax binary, string variable)
    {
        var node = Process(binary.Left);
        var step = node is PathNode path ? path.Steps[^1] : node;
        if (step.Stages is not null || step.Predicates is not null)
            throw JsonataErrors.Create("S0215");
        if (step is SortNode)
            throw JsonataErrors.Create("S0216");
        step.KeepArray |= binary.KeepArray;
        step.Focus = variable;
        step.Tuple = true;
        return node;
    }

    private Node Index(BinarySyntax binary, string variable)
    {
        var node = Process(binary.Left);
        Node step;
        if (node is PathNode path)
        {
            step = path.Steps[^1];
        }
        else
        {
            step = node;
            node = new PathNode([step]);
            step.Stages = step.Predicates ?? step.Stages;
            step.Predicates = null;
        }

        if (step.Stages is null)
            step.Index = variable;
        else
            step.Stages.Add(new Stage(null, variable));
        step.Tuple = true;
        return node;
    }
}
