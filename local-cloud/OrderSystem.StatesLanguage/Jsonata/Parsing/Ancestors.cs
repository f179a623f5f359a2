namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Finds the step that each parent operator (<c>%</c>) refers to. The operator returns the input of that step.</summary>
internal static class Ancestors
{
    /// <summary>Adds the inner nodes' unresolved parent operators to the outer node.</summary>
    public static void PassOn(Node outer, params ReadOnlySpan<Node?> inner)
    {
        foreach (var node in inner)
        {
            if (node is null)
                continue;
            outer.SeekingParent.AddRange(node.SeekingParent);
            if (node is ParentNode parent)
                outer.SeekingParent.Add(parent.Slot);
        }
    }

    /// <summary>
    /// Resolves the parent operators of a path's last step to earlier steps. Operators that refer to a step outside the
    /// path remain unresolved.
    /// </summary>
    public static void Resolve(PathNode path)
    {
        var last = path.Steps[^1];
        List<AncestorSlot> slots = [.. last.SeekingParent];
        if (last is ParentNode parent)
            slots.Add(parent.Slot);
        foreach (var slot in slots)
        {
            for (var index = path.Steps.Count - 2; slot.Level > 0;)
            {
                if (index < 0)
                {
                    path.SeekingParent.Add(slot);
                    break;
                }

                var step = path.Steps[index--];
                // Steps that bind a variable with @ do not change the context, so consecutive steps of this kind share one
                // parent.
                while (index >= 0 && step.Focus is not null && path.Steps[index].Focus is not null)
                    step = path.Steps[index--];
                Seek(step, slot);
            }
        }
    }

    /// <summary>
    /// Updates a slot's level as the search for the slot's step passes a node. When the level reaches 0, links the node to the
    /// slot.
    /// </summary>
    /// <exception cref="JsonataException">The parent of the node cannot be determined.</exception>
    public static void Seek(Node node, AncestorSlot slot)
    {
        switch (node)
        {
            case NameNode or WildcardNode:
                slot.Level--;
                if (slot.Level == 0)
                {
                    if (node.Ancestor is null)
                        node.Ancestor = slot;
                    else
                        slot.Label = node.Ancestor.Label;
                    node.Tuple = true;
                }

                break;
            case ParentNode:
                slot.Level++;
                break;
            case BlockNode block:
                if (block.Expressions.Count > 0)
                {
                    block.Tuple = true;
                    Seek(block.Expressions[^1], slot);
                }

                break;
            case PathNode path:
                path.Tuple = true;
                var index = path.Steps.Count - 1;
                Seek(path.Steps[index--], slot);
                while (slot.Level > 0 && index >= 0)
                    Seek(path.Steps[index--], slot);
                break;
            default:
                throw JsonataErrors.Create("S0217");
        }
    }
}
