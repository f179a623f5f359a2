using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>
/// A node of an evaluation tree. <see cref="PathResolver"/> builds the tree once; the tree does not change afterwards.
/// </summary>
internal abstract class Node
{
    /// <summary>Whether a single result is returned as an array.</summary>
    public bool KeepArray { get; set; }

    /// <summary>
    /// The filters and index bindings to apply to each result of this node when the node is a step of a path.
    /// </summary>
    public List<Stage>? Stages { get; set; }

    /// <summary>The filters to apply to this node's result as a whole when the node is not a step of a path.</summary>
    public List<Stage>? Predicates { get; set; }

    /// <summary>The grouping expression that reduces the result to an object.</summary>
    public IReadOnlyList<(Node Key, Node Value)>? Group { get; set; }

    /// <summary>The variable (<c>@$name</c>) to bind each result to, without changing the context.</summary>
    public string? Focus { get; set; }

    /// <summary>The variable (<c>#$name</c>) to bind each result's index to.</summary>
    public string? Index { get; set; }

    /// <summary>Whether this step returns its results together with variable bindings.</summary>
    public bool Tuple { get; set; }

    /// <summary>The slot in which this step stores its input for a later parent operator (<c>%</c>).</summary>
    public AncestorSlot? Ancestor { get; set; }

    /// <summary>The parent operators (<c>%</c>) below this node that are not yet resolved to a step.</summary>
    public List<AncestorSlot> SeekingParent { get; } = [];
}

/// <summary>A filter or an index binding on the results of a step; exactly one of them is set.</summary>
internal sealed record Stage(Node? Filter, string? Index);

/// <summary>Links a parent operator (<c>%</c>) to a step; the operator returns the input of that step.</summary>
internal sealed class AncestorSlot(string label)
{
    /// <summary>
    /// The name of the variable that contains the step's input. Operators that refer to the same step share the variable.
    /// </summary>
    public string Label { get; set; } = label;

    /// <summary>The number of levels that remain between the slot and its step.</summary>
    public int Level { get; set; } = 1;
}

internal sealed class LiteralNode(StatesValue value) : Node
{
    public StatesValue Value { get; } = value;
}

internal sealed class NameNode(string name) : Node
{
    public string Name { get; } = name;
}

internal sealed class VariableNode(string name) : Node
{
    public string Name { get; } = name;
}

internal sealed class WildcardNode : Node;

internal sealed class DescendantNode : Node;

internal sealed class ParentNode(AncestorSlot slot) : Node
{
    public AncestorSlot Slot { get; } = slot;
}

internal sealed class PathNode(List<Node> steps) : Node
{
    public List<Node> Steps { get; } = steps;

    /// <summary>Whether a step requests that a single result is returned as an array.</summary>
    public bool KeepSingletonArray { get; set; }
}

internal sealed class SortNode(IReadOnlyList<(Node Term, bool Descending)> terms) : Node
{
    public IReadOnlyList<(Node Term, bool Descending)> Terms { get; } = terms;
}

internal sealed class NegationNode(Node operand) : Node
{
    public Node Operand { get; } = operand;
}

internal sealed class ArrayNode(IReadOnlyList<Node> items) : Node
{
    public IReadOnlyList<Node> Items { get; } = items;

    /// <summary>Whether the node is the first or last step of a path, so that its array counts as one result.</summary>
    public bool IsWhole { get; set; }
}

internal sealed class ObjectNode(IReadOnlyList<(Node Key, Node Value)> pairs) : Node
{
    public IReadOnlyList<(Node Key, Node Value)> Pairs { get; } = pairs;
}

internal sealed class BinaryNode(string @operator, Node left, Node right) : Node
{
    public string Operator { get; } = @operator;

    public Node Left { get; } = left;

    public Node Right { get; } = right;
}

internal sealed class BindNode(string variable, Node value) : Node
{
    public string Variable { get; } = variable;

    public Node Value { get; } = value;
}

internal sealed class ConditionNode(Node condition, Node then, Node? otherwise) : Node
{
    public Node Condition { get; } = condition;

    public Node Then { get; set; } = then;

    public Node? Otherwise { get; set; } = otherwise;
}

internal sealed class BlockNode(List<Node> expressions) : Node
{
    public List<Node> Expressions { get; } = expressions;

    public bool OpensWithArray { get; set; }
}

internal sealed class TransformNode(Node pattern, Node update, Node? delete) : Node
{
    public Node Pattern { get; } = pattern;

    public Node Update { get; } = update;

    public Node? Delete { get; } = delete;
}

internal sealed class CallNode(Node procedure, IReadOnlyList<Node?> arguments) : Node
{
    public Node Procedure { get; } = procedure;

    /// <summary>The arguments of the call; null for an argument that is left open (<c>?</c>).</summary>
    public IReadOnlyList<Node?> Arguments { get; } = arguments;

    public bool IsPartial { get; } = arguments.Contains(null);

    /// <summary>The procedure's name in the expression; empty if it has none.</summary>
    public string ProcedureName => Procedure switch
    {
        PathNode { Steps: [NameNode name, ..] } => name.Name,
        VariableNode variable => variable.Name,
        _ => "",
    };
}

internal sealed class LambdaNode(IReadOnlyList<string> parameters, Signature? signature, Node body, bool isTailCall = false) : Node
{
    public IReadOnlyList<string> Parameters { get; } = parameters;

    public Signature? Signature { get; } = signature;

    public Node Body { get; } = body;

    /// <summary>
    /// Whether the function wraps a tail call, which its caller runs in a loop so that the stack does not grow.
    /// </summary>
    public bool IsTailCall { get; } = isTailCall;
}
