namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Calls in tail position, which the caller's loop makes, so that the stack doesn't grow.</summary>
internal static class TailCalls
{
    /// <summary>Replaces calls in tail position by thunks.</summary>
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
