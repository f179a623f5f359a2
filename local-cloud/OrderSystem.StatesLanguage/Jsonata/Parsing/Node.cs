using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>A node of the tree that is evaluated. Built once by <see cref="PathResolver"/>, then only read.</summary>
internal abstract class Node
{
    /// <summary>Whether a single result stays an array.</summary>
    public bool KeepArray { get; set; }

    /// <summary>Filters and index bindings applied to each result of this node as a step of a path.</summary>
    public List<Stage>? Stages { get; set; }

    /// <summary>Filters applied to the whole result of this node outside a path.</summary>
    public List<Stage>? Predicates { get; set; }

    /// <summary>The grouping that reduces the result to an object.</summary>
    public IReadOnlyList<(Node Key, Node Value)>? Group { get; set; }

    /// <summary>The variable that each result is bound to (<c>@$name</c>), leaving the context as it was.</summary>
    public string? Focus { get; set; }

    /// <summary>The variable that each result's index is bound to (<c>#$name</c>).</summary>
    public string? Index { get; set; }

    /// <summary>Whether this step carries bindings along with its results.</summary>
    public bool Tuple { get; set; }

    /// <summary>The name under which this step remembers its input, for a parent operator further on.</summary>
    public AncestorSlot? Ancestor { get; set; }

    /// <summary>Parent operators below that still look for the step whose input they mean.</summary>
    public List<AncestorSlot> SeekingParent { get; } = [];
}

/// <summary>What is done with the results of a step: one of both is set.</summary>
internal sealed record Stage(Node? Filter, string? Index);

/// <summary>Ties a parent operator to the step whose input it means.</summary>
internal sealed class AncestorSlot(string label)
{
    /// <summary>The variable that holds the ancestor; shared with another operator that means the same one.</summary>
    public string Label { get; set; } = label;

    /// <summary>How many steps are still to go up.</summary>
    public int Level { get; set; } = 1;
}

internal sealed class LiteralNode(JsonValue value) : Node
{
    public JsonValue Value { get; } = value;
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

    /// <summary>Whether a step asked to keep a single result an array.</summary>
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

    /// <summary>Whether it opens or closes a path, so that its array is one result rather than many.</summary>
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

    /// <summary>The arguments; null where one is left open.</summary>
    public IReadOnlyList<Node?> Arguments { get; } = arguments;

    public bool IsPartial { get; } = arguments.Contains(null);

    /// <summary>What the procedure is called in the expression.</summary>
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

    /// <summary>Whether this stands for a call in tail position, which the caller makes instead, so that the stack doesn't grow.</summary>
    public bool IsTailCall { get; } = isTailCall;
}
