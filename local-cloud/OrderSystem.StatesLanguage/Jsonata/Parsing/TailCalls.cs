namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>
/// Replaces tail calls with thunks. The evaluator runs the thunks in a loop, so that recursion does not grow the stack.
/// </summary>
internal static class TailCalls
{
    /// <summary>Returns a function's body with its tail calls replaced by thunks.</summary>
    public static Node Replace(Node node)
    {
        switch (node)
        {
            case CallNode { IsPartial: false, Predicates: null, Group: null, KeepArray: false }:
                return new LambdaNode([], null, node, isTailCall: true);
            case ConditionNode condition:
                condition.Then = Replace(condition.Then);
                condition.Otherwise = condition.Otherwise is null ? null : Replace(condition.Otherwise);
                return condition;
            case BlockNode { Expressions.Count: > 0 } block:
                block.Expressions[^1] = Replace(block.Expressions[^1]);
                return block;
            default:
                return node;
        }
    }
}
