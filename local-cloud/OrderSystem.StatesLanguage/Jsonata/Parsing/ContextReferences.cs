using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>
/// Finds an expression's references to its input: field names, <c>$</c> and <c>$$</c>. In a path, only the first step
/// reads the input. The later steps, the filters, the sort terms and the groups read the result of the preceding step.
/// </summary>
internal static class ContextReferences
{
    /// <summary>
    /// The text that <see cref="Of"/> returns for a reference to <c>$states.errorOutput</c>. Only a Catcher provides
    /// this field.
    /// </summary>
    public const string ErrorOutput = "$states.errorOutput";

    /// <summary>
    /// Returns the references to the input and to <c>$states.errorOutput</c>, without duplicates, in order of
    /// appearance.
    /// </summary>
    public static IReadOnlyList<string> Of(Syntax syntax)
    {
        List<string> found = [];
        Visit(syntax, found);
        return found;
    }

    private static void Visit(Syntax? syntax, List<string> found)
    {
        switch (syntax)
        {
            case NameSyntax name:
                Add(name.Name, found);
                break;
            case VariableSyntax { Name: "" or "$" } variable:
                Add("$" + variable.Name, found);
                break;
            case BinarySyntax { Operator: ".", Left: VariableSyntax { Name: "states" }, Right: NameSyntax { Name: "errorOutput" } }:
                Add(ErrorOutput, found);
                break;
            case BinarySyntax { Operator: ".", Left: LiteralSyntax { Value: StatesString name } }:
                Add(name.Value, found);
                break;
            case BinarySyntax { Operator: "." or "[" or "@" or "#" } path:
                Visit(path.Left, found);
                break;
            case BinarySyntax binary:
                Visit(binary.Left, found);
                Visit(binary.Right, found);
                break;
            case GroupSyntax group:
                Visit(group.Left, found);
                break;
            case OrderBySyntax orderBy:
                Visit(orderBy.Left, found);
                break;
            case NegationSyntax negation:
                Visit(negation.Operand, found);
                break;
            case ArraySyntax array:
                VisitAll(array.Items, found);
                break;
            case ObjectSyntax constructor:
                VisitAll(constructor.Pairs.SelectMany(pair => new[] { pair.Key, pair.Value }), found);
                break;
            case BindSyntax bind:
                Visit(bind.Value, found);
                break;
            case ConditionSyntax condition:
                VisitAll([condition.Condition, condition.Then, condition.Else], found);
                break;
            case BlockSyntax block:
                VisitAll(block.Expressions, found);
                break;
            case CallSyntax call:
                Visit(call.Procedure, found);
                VisitAll(call.Arguments, found);
                break;
            case LambdaSyntax lambda:
                Visit(lambda.Body, found);
                break;
        }
    }

    private static void VisitAll(IEnumerable<Syntax?> all, List<string> found)
    {
        foreach (var syntax in all)
            Visit(syntax, found);
    }

    private static void Add(string reference, List<string> found)
    {
        if (!found.Contains(reference))
            found.Add(reference);
    }
}
