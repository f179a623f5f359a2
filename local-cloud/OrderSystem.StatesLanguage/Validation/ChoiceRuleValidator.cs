using OrderSystem.StatesLanguage.Choices;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates the rules of a Choice state.</summary>
internal sealed class ChoiceRuleValidator(Findings findings, QueryLanguage language)
{
    private static readonly string[] Combinators = ["And", "Or", "Not"];

    public void Validate(StatesObject rule, string location, bool isTop)
    {
        if (!isTop && rule.Contains("Next"))
            findings.Schema(location, "Field 'Next' is only supported at the top of a choice rule");
        if (language == QueryLanguage.JSONata)
        {
            ValidateJsonata(rule, location);
            return;
        }

        var operators = rule.Names.ToArray().Where(IsOperator).ToList();
        var combinators = Combinators.Where(rule.Contains).ToList();
        foreach (var name in rule.Names)
        {
            if (!IsOperator(name) && !Combinators.Contains(name) && name is not ("Variable" or "Next" or "Comment" or "Assign"))
                findings.Schema(location, $"Field '{name}' is not supported by a choice rule");
        }

        if (operators.Count + combinators.Count != 1)
        {
            findings.Schema(location, operators.Count + combinators.Count == 0
                ? "A choice rule needs a comparison operator, or one of And, Or, Not"
                : $"Only one of these fields is allowed: [{string.Join(", ", operators.Concat(combinators))}]");
            return;
        }

        if (operators is [var comparison])
            ValidateComparison(rule, comparison, location);
        else
            ValidateInner(rule, combinators[0], location);
    }

    private static bool IsOperator(string name) =>
        Enum.TryParse<ComparisonOperator>(name, out _) || (name.EndsWith("Path", StringComparison.Ordinal) && Enum.TryParse<ComparisonOperator>(name[..^4], out _));

    private void ValidateJsonata(StatesObject rule, string location)
    {
        findings.Required(rule, location, "Condition");
        foreach (var name in rule.Names)
        {
            if (name is not ("Condition" or "Next" or "Comment" or "Assign" or "Output"))
                findings.Schema(location, $"Field '{name}' is not supported by a choice rule of the query language JSONata");
        }

        if (rule["Condition"] is { } condition)
            JsonataFields.Check(findings, $"{location}/Condition", condition);
    }

    private void ValidateComparison(StatesObject rule, string comparison, string location)
    {
        findings.Required(rule, location, "Variable");
        findings.Path(rule, location, "Variable");
        var value = rule[comparison]!;
        var fits = comparison switch
        {
            _ when comparison.EndsWith("Path", StringComparison.Ordinal) => value is StatesString,
            _ when comparison.StartsWith("Is", StringComparison.Ordinal) || comparison.StartsWith("Boolean", StringComparison.Ordinal) => value is StatesBoolean,
            _ when comparison.StartsWith("Numeric", StringComparison.Ordinal) => value is StatesNumber,
            _ when comparison.StartsWith("Timestamp", StringComparison.Ordinal) => Timestamp.TryParse(value, out _),
            _ => value is StatesString,
        };
        if (!fits)
            findings.Schema($"{location}/{comparison}", "Value has the wrong type for the comparison operator");
    }

    private void ValidateInner(StatesObject rule, string combinator, string location)
    {
        if (combinator == "Not")
        {
            if (rule["Not"] is StatesObject negated)
                Validate(negated, $"{location}/Not", isTop: false);
            else
                findings.Schema($"{location}/Not", "Expected value of type Object");
            return;
        }

        if (rule[combinator] is not StatesArray { Count: > 0 } rules)
        {
            findings.Schema($"{location}/{combinator}", "Expected a non-empty array");
            return;
        }

        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is StatesObject inner)
                Validate(inner, $"{location}/{combinator}[{i}]", isTop: false);
            else
                findings.Schema($"{location}/{combinator}[{i}]", "Expected value of type Object");
        }
    }
}
