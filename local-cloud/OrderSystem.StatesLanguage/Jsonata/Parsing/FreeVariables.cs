namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Finds the variables that an expression reads but does not define.</summary>
internal static class FreeVariables
{
    /// <summary>Returns the names of an expression's free variables, without duplicates, in order of first use.</summary>
    public static IReadOnlyList<string> Of(Syntax syntax)
    {
        List<string> free = [];
        Visit(syntax, [], free);
        return free;
    }

    private static void Visit(Syntax? syntax, HashSet<string> bound, List<string> free)
    {
        switch (syntax)
        {
            case VariableSyntax variable:
                if (variable.Name is not ("" or "$") && !bound.Contains(variable.Name) && !free.Contains(variable.Name))
                    free.Add(variable.Name);
                break;
            case NegationSyntax negation:
                Visit(negation.Operand, bound, free);
                break;
            case ArraySyntax array:
                foreach (var item in array.Items)
                    Visit(item, bound, free);
                break;
            case ObjectSyntax constructor:
                VisitPairs(constructor.Pairs, bound, free);
                break;
            case GroupSyntax group:
                Visit(group.Left, bound, free);
                VisitPairs(group.Pairs, bound, free);
                break;
            case BinarySyntax { Operator: "@" or "#" } binding:
                Visit(binding.Left, bound, free);
                bound.Add(((VariableSyntax)binding.Right).Name);
                break;
            case BinarySyntax binary:
                Visit(binary.Left, bound, free);
                Visit(binary.Right, bound, free);
                break;
            case OrderBySyntax orderBy:
                Visit(orderBy.Left, bound, free);
                foreach (var (term, _) in orderBy.Terms)
                    Visit(term, bound, free);
                break;
            case BindSyntax bind:
                // Bind the variable before visiting its value: the value may be a function that calls itself by this
                // name.
                bound.Add(bind.Variable);
                Visit(bind.Value, bound, free);
                break;
            case ConditionSyntax condition:
                Visit(condition.Condition, bound, free);
                Visit(condition.Then, bound, free);
                Visit(condition.Else, bound, free);
                break;
            case BlockSyntax block:
                HashSet<string> inner = [.. bound, .. block.Expressions.OfType<BindSyntax>().Select(bind => bind.Variable)];
                foreach (var expression in block.Expressions)
                    Visit(expression, inner, free);
                break;
            case TransformSyntax transform:
                Visit(transform.Pattern, bound, free);
                Visit(transform.Update, bound, free);
                Visit(transform.Delete, bound, free);
                break;
            case CallSyntax call:
                Visit(call.Procedure, bound, free);
                foreach (var argument in call.Arguments)
                    Visit(argument, bound, free);
                break;
            case LambdaSyntax lambda:
                Visit(lambda.Body, [.. bound, .. lambda.Parameters], free);
                break;
        }
    }

    private static void VisitPairs(IReadOnlyList<(Syntax Key, Syntax Value)> pairs, HashSet<string> bound, List<string> free)
    {
        foreach (var (key, value) in pairs)
        {
            Visit(key, bound, free);
            Visit(value, bound, free);
        }
    }
}
