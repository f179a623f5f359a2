using OrderSystem.StatesLanguage.Choices;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Compiles the condition of a Choice rule.</summary>
internal sealed class ChoiceCompiler(QueryLanguage language, string path, string field)
{
    public ChoiceCondition Compile(JsonObject rule)
    {
        if (language == QueryLanguage.JSONata)
        {
            var reader = new DefinitionReader(rule, language, path);
            var condition = rule["Condition"] ?? throw new DefinitionException(path, "These fields are required: [Condition]");
            return new ExpressionCondition(reader.Guard("Condition", () => TemplateCompiler.CompileJsonata(condition, $"{field}/Condition")), $"{field}/Condition");
        }

        if (rule["And"] is JsonArray all)
            return new AndCondition(CompileAll(all, "And"));
        if (rule["Or"] is JsonArray any)
            return new OrCondition(CompileAll(any, "Or"));
        if (rule["Not"] is JsonObject inner)
            return new NotCondition(new ChoiceCompiler(language, $"{path}/Not", field).Compile(inner));
        return CompileComparison(rule);
    }

    private ChoiceCondition[] CompileAll(JsonArray rules, string operation) =>
        [.. rules.Select((rule, index) => new ChoiceCompiler(language, $"{path}/{operation}[{index}]", field).Compile(rule as JsonObject ?? JsonObject.Empty))];

    private Comparison CompileComparison(JsonObject rule)
    {
        var reader = new DefinitionReader(rule, language, path);
        var variable = reader.Guard("Variable", () => JsonPath.Parse(reader.Text("Variable") ?? ""));
        foreach (var (name, value) in rule)
        {
            if (Enum.TryParse<ComparisonOperator>(name, out var comparison))
                return new Comparison(variable, comparison, new LiteralTemplate(value));
            if (name.EndsWith("Path", StringComparison.Ordinal) && Enum.TryParse(name[..^4], out comparison))
                return new Comparison(variable, comparison, new PathTemplate(reader.Guard(name, () => JsonPath.Parse((value as JsonString)?.Value ?? "")), field: null));
        }

        throw new DefinitionException(path, "A choice rule needs a comparison operator");
    }
}
