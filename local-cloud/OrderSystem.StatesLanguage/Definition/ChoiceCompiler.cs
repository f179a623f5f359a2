using OrderSystem.StatesLanguage.Choices;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Compiles the condition of a Choice rule.</summary>
internal sealed class ChoiceCompiler(QueryLanguage language, string path, string field)
{
    public ChoiceCondition Compile(StatesObject rule)
    {
        if (language == QueryLanguage.JSONata)
        {
            var reader = new DefinitionReader(rule, language, path);
            var condition = rule["Condition"] ?? throw new DefinitionException(path, "These fields are required: [Condition]");
            return new ExpressionCondition(reader.Guard("Condition", () => TemplateCompiler.CompileJsonata(condition, $"{field}/Condition")), $"{field}/Condition");
        }

        if (rule["And"] is StatesArray all)
            return new AndCondition(CompileAll(all, "And"));
        if (rule["Or"] is StatesArray any)
            return new OrCondition(CompileAll(any, "Or"));
        if (rule["Not"] is StatesObject inner)
            return new NotCondition(new ChoiceCompiler(language, $"{path}/Not", field).Compile(inner));
        return CompileComparison(rule);
    }

    private ChoiceCondition[] CompileAll(StatesArray rules, string operation) =>
        [.. rules.Select((rule, index) => new ChoiceCompiler(language, $"{path}/{operation}[{index}]", field).Compile(rule as StatesObject ?? StatesObject.Empty))];

    private Comparison CompileComparison(StatesObject rule)
    {
        var reader = new DefinitionReader(rule, language, path);
        var variable = reader.Guard("Variable", () => JsonPath.Parse(reader.Text("Variable") ?? ""));
        foreach (var (name, value) in rule)
        {
            if (Enum.TryParse<ComparisonOperator>(name, out var comparison))
                return new Comparison(variable, comparison, new LiteralTemplate(value));
            if (name.EndsWith("Path", StringComparison.Ordinal) && Enum.TryParse(name[..^4], out comparison))
                return new Comparison(variable, comparison, new PathTemplate(reader.Guard(name, () => JsonPath.Parse((value as StatesString)?.Value ?? "")), field: null));
        }

        throw new DefinitionException(path, "A choice rule needs a comparison operator");
    }
}
