using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>
/// Finds valid but probably unintended parts of a definition: paths and intrinsic function calls in plain-text fields.
/// Only JSONPath states can contain such mistakes. AWS Step Functions API Reference: "ValidateStateMachineDefinitionDiagnostic".
/// </summary>
internal sealed class DefinitionWarnings
{
    private static readonly string[] Templates = ["Parameters", "ItemSelector", "ResultSelector", "Assign"];

    /// <summary>Fields that have a variant with the suffix <c>Path</c>, which contains a path instead of the value.</summary>
    private static readonly string[] Values = ["Error", "Cause", "Timestamp"];

    private readonly List<Diagnostic> _found = [];

    public static IReadOnlyList<Diagnostic> Of(StatesObject definition)
    {
        var warnings = new DefinitionWarnings();
        warnings.AddMachine(definition, DefinitionReader.LanguageOf(definition, QueryLanguage.JSONPath), "");
        return warnings._found;
    }

    private void AddMachine(StatesObject machine, QueryLanguage language, string path)
    {
        foreach (var (name, value) in machine["States"] as StatesObject ?? StatesObject.Empty)
        {
            if (value is StatesObject state)
                AddState(state, language, $"{path}/States/{name}");
        }
    }

    private void AddState(StatesObject state, QueryLanguage outer, string path)
    {
        if (DefinitionReader.LanguageOf(state, outer) == QueryLanguage.JSONPath)
            AddFields(state, path);
        var index = 0;
        foreach (var branch in state["Branches"] as StatesArray ?? StatesArray.Empty)
            AddInner(branch, outer, $"{path}/Branches[{index++}]");
        foreach (var field in new[] { "ItemProcessor", "Iterator" })
            AddInner(state[field], outer, $"{path}/{field}");
    }

    private void AddInner(StatesValue? inner, QueryLanguage outer, string path)
    {
        if (inner is StatesObject machine)
            AddMachine(machine, DefinitionReader.LanguageOf(machine, outer), path);
    }

    private void AddFields(StatesObject state, string path)
    {
        foreach (var field in Templates)
            AddTemplate(state[field], $"{path}/{field}");
        foreach (var field in Values)
            AddValue(state, field, path);
        if (state["Type"] is StatesString { Value: "Pass" } && HoldsPath(state["Result"]))
            Add(Diagnostic.PassResultIsStatic, $"{path}/Result", "The result of a Pass state is static: paths in it are not evaluated. Use Parameters instead");
        var index = 0;
        foreach (var rule in state["Choices"] as StatesArray ?? StatesArray.Empty)
            AddRule(rule, $"{path}/Choices[{index++}]");
    }

    private void AddRule(StatesValue? value, string path)
    {
        if (value is not StatesObject rule)
            return;
        foreach (var field in rule.Names)
        {
            if (field.StartsWith("String", StringComparison.Ordinal) && !field.EndsWith("Path", StringComparison.Ordinal))
                AddValue(rule, field, path);
        }

        AddRule(rule["Not"], $"{path}/Not");
        foreach (var combinator in new[] { "And", "Or" })
        {
            var index = 0;
            foreach (var inner in rule[combinator] as StatesArray ?? StatesArray.Empty)
                AddRule(inner, $"{path}/{combinator}[{index++}]");
        }
    }

    private void AddValue(StatesObject container, string field, string path)
    {
        if (LooksLikePath(container[field]))
            Add(Diagnostic.NoPath, $"{path}/{field}", $"The value of the field '{field}' looks like a path, but the field's name does not end with 'Path'");
    }

    private void AddTemplate(StatesValue? value, string path)
    {
        switch (value)
        {
            case StatesObject container:
                foreach (var (name, member) in container)
                {
                    if (name.EndsWith(".$", StringComparison.Ordinal))
                        continue;
                    if (LooksLikePath(member) || LooksLikeIntrinsic(member))
                        Add(Diagnostic.NoDollar, $"{path}/{name}", $"The value of the field '{name}' looks like a JSONPath or an intrinsic function call, but the field's name does not end with '.$'");
                    AddTemplate(member, $"{path}/{name}");
                }

                break;
            case StatesArray array:
                for (var i = 0; i < array.Count; i++)
                    AddTemplate(array[i], $"{path}[{i}]");
                break;
        }
    }

    private static bool HoldsPath(StatesValue? value) => value switch
    {
        StatesObject container => container.Any(member => member.Key.EndsWith(".$", StringComparison.Ordinal) || HoldsPath(member.Value)),
        StatesArray array => array.Any(HoldsPath),
        _ => LooksLikePath(value),
    };

    private static bool LooksLikePath(StatesValue? value) =>
        value is StatesString { Value: var text }
            && (text == "$" || text.StartsWith("$.", StringComparison.Ordinal) || text.StartsWith("$[", StringComparison.Ordinal)
            || text.StartsWith("$$.", StringComparison.Ordinal));

    private static bool LooksLikeIntrinsic(StatesValue? value) =>
        value is StatesString { Value: var text } && text.StartsWith("States.", StringComparison.Ordinal) && text.EndsWith(')') && text.Contains('(', StringComparison.Ordinal);

    private void Add(string code, string location, string message) => _found.Add(new Diagnostic(code, location, message));
}
