using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Finds the variables that each state of a definition refers to.</summary>
internal static class VariableReferences
{
    /// <summary>
    /// Returns the variable names, without <c>$</c>, by state name. States that refer to no variables are omitted.
    /// </summary>
    public static Dictionary<string, IReadOnlyList<string>> Find(StatesObject machine, QueryLanguage language)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        FindIn(machine, language, found);
        return found;
    }

    private static void FindIn(StatesObject machine, QueryLanguage language, Dictionary<string, IReadOnlyList<string>> found)
    {
        foreach (var (name, state) in machine["States"] as StatesObject ?? StatesObject.Empty)
        {
            if (state is not StatesObject fields)
                continue;
            var names = new SortedSet<string>(StringComparer.Ordinal);
            Collect(fields, field: "", DefinitionReader.LanguageOf(fields, language), names);
            if (names.Count > 0)
                found[name] = [.. names];
            foreach (var inner in (fields["Branches"] as StatesArray)?.Append(fields["ItemProcessor"] ?? fields["Iterator"] ?? StatesValue.Null)
                ?? [fields["ItemProcessor"] ?? fields["Iterator"] ?? StatesValue.Null])
            {
                if (inner is StatesObject container)
                    FindIn(container, language, found);
            }
        }
    }

    private static void Collect(StatesValue value, string field, QueryLanguage language, SortedSet<string> names)
    {
        switch (value)
        {
            case StatesObject container:
                foreach (var (name, member) in container)
                {
                    if (name is not ("Branches" or "ItemProcessor" or "Iterator"))
                        Collect(member, name, language, names);
                }

                break;
            case StatesArray array:
                foreach (var item in array)
                    Collect(item, field, language, names);
                break;
            case StatesString text when language == QueryLanguage.JSONata:
                if (JsonataTemplate.Unwrap(text.Value) is { } expression)
                    names.UnionWith(VariablesOf(expression).Where(name => name != "states"));
                break;
            case StatesString text when field.EndsWith(".$", StringComparison.Ordinal) || field.EndsWith("Path", StringComparison.Ordinal) || field == "Variable":
                CollectFromPath(text.Value, names);
                break;
        }
    }

    private static IReadOnlyList<string> VariablesOf(string expression)
    {
        try
        {
            return JsonataExpression.Parse(expression, JsonataDialect.StepFunctions).Variables;
        }
        catch (JsonataException)
        {
            // Expressions were already parsed during compilation, so text that cannot be parsed here is plain text, such as
            // a CSV header.
            return [];
        }
    }

    // Collects the variable names ($name) in a path or an intrinsic function call, except those inside quoted strings.
    private static void CollectFromPath(string text, SortedSet<string> names)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted && text[i] == '$' && i + 1 < text.Length && (char.IsLetter(text[i + 1]) || text[i + 1] == '_'))
            {
                var end = i + 1;
                while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
                    end++;
                names.Add(text[(i + 1)..end]);
                i = end - 1;
            }
        }
    }
}
