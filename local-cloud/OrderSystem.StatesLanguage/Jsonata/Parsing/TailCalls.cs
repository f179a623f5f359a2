namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Finds tail calls, which the caller runs in a loop so that the stack does not grow.</summary>
internal static class TailCalls
{
    /// <summary>Replaces tail calls with thunks that the caller evaluates.</summary>
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
