using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>
/// A node of an evaluation tree. <see cref="PathResolver"/> builds the tree once; the tree does not change afterwards.
/// </summary>
internal abstract class Node
{
    /// <summary>Whether the node returns an array even if it has only one result.</summary>
    public bool KeepArray { get; set; }

    /// <summary>
    /// The filters and index bindings to apply to each result of this node when the node is a step of a path.
    /// </summary>
    public List<Stage>? Stages { get; set; }

    /// <summary>The filters to apply to this node's result as a whole when the node is not a step of a path.</summary>
    public List<Stage>? Predicates { get; set; }

    /// <summary>
    /// The key and value expressions that group the node's results into an object; null if the results are not grouped.
    /// </summary>
    public IReadOnlyList<(Node Key, Node Value)>? Group { get; set; }

    /// <summary>
    /// The variable (<c>@$name</c>) to bind each result to, without changing the context; null if the step binds none.
    /// </summary>
    public string? Focus { get; set; }

    /// <summary>The variable (<c>#$name</c>) to bind each result's index to; null if the step binds none.</summary>
    public string? Index { get; set; }

    /// <summary>Whether this step returns its results together with variable bindings.</summary>
    public bool Tuple { get; set; }

    /// <summary>
    /// The slot that gives later parent operators (<c>%</c>) access to this step's input; null if no operator refers to
    /// the step.
    /// </summary>
    public AncestorSlot? Ancestor { get; set; }

    /// <summary>The parent operators (<c>%</c>) below this node that are not yet resolved to a step.</summary>
    public List<AncestorSlot> SeekingParent { get; } = [];
}

/// <summary>
/// A filter or an index binding that is applied to the results of a step. Exactly one of <see cref="Filter"/> and
/// <see cref="Index"/> is not null.
/// </summary>
internal sealed record Stage(Node? Filter, string? Index);

/// <summary>Links a parent operator (<c>%</c>) to a step; the operator returns the input of that step.</summary>
internal sealed class AncestorSlot(string label)
{
    /// <summary>
    /// The name of the variable that contains the step's input. All parent operators that refer to the same step share
    /// this variable.
    /// </summary>
    public string Label { get; set; } = label;

    /// <summary>
    /// The number of path steps that the resolver must still go back to find the step that the operator refers to.
    /// </summary>
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

    /// <summary>
    /// Whether the path returns an array even if it has only one result, because one of its steps requests an array.
    /// </summary>
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

    /// <summary>Whether the array is the first or the last step of a path. Such an array counts as one result.</summary>
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

    /// <summary>
    /// The arguments of the call. A placeholder argument (<c>?</c>), which makes the call a partial application, is null.
    /// </summary>
    public IReadOnlyList<Node?> Arguments { get; } = arguments;

    public bool IsPartial { get; } = arguments.Contains(null);

    /// <summary>The name of the called function, as in the expression; empty if the function has no name.</summary>
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
    /// Whether the function is a thunk that only makes a tail call. The evaluator runs such thunks in a loop, so that
    /// recursion does not grow the stack.
    /// </summary>
    public bool IsTailCall { get; } = isTailCall;
}
