namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Finds for each parent operator the step whose input it means, and lets that step remember its input.</summary>
internal static class Ancestors
{
    /// <summary>Lets the outer node go on looking for the ancestors that the inner ones mean.</summary>
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

    /// <summary>Looks among the steps of a path for what its last step means; what is not found there is left for the outer node.</summary>
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
                // Steps that bind a variable leave the context where it was: one parent for all of them.
                while (index >= 0 && step.Focus is not null && path.Steps[index].Focus is not null)
                    step = path.Steps[index--];
                Seek(step, slot);
            }
        }
    }

    /// <summary>Takes a slot as far up as the node goes.</summary>
    /// <exception cref="JsonataException">The node has no parent that is known.</exception>
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
