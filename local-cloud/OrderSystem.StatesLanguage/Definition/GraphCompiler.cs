using System.Collections.Frozen;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.States;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Compiles and links the states of a state machine, a Parallel branch or an item processor.</summary>
internal sealed class GraphCompiler(QueryLanguage language, string path)
{
    public StateGraph Compile(StatesObject machine)
    {
        if (machine["States"] is not StatesObject definitions)
            throw new DefinitionException(path, "These fields are required: [States]");
        var states = new Dictionary<string, State>(StringComparer.Ordinal);
        foreach (var (name, definition) in definitions)
        {
            if (definition is not StatesObject fields)
                throw new DefinitionException($"{path}/States/{name}", "A state must be an object");
            var reader = new DefinitionReader(fields, DefinitionReader.LanguageOf(fields, language), $"{path}/States/{name}", language);
            states.Add(name, new StateCompiler(name, reader).Compile());
        }

        foreach (var (name, definition) in definitions)
            Link(name, states[name], (StatesObject)definition, states);
        var start = (machine["StartAt"] as StatesString)?.Value;
        return new StateGraph(Find(start, states, $"{path}/StartAt"), states.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static State Find(string? name, Dictionary<string, State> states, string location) =>
        name is not null && states.TryGetValue(name, out var state) ? state : throw new DefinitionException(location, $"There is no state '{name}'");

    private void Link(string name, State state, StatesObject definition, Dictionary<string, State> states)
    {
        var location = $"{path}/States/{name}";
        if (definition["Next"] is StatesString next)
            state.Next = Find(next.Value, states, $"{location}/Next");
        if (state is ChoiceState choice)
        {
            if (definition["Default"] is StatesString fallback)
                choice.Default = Find(fallback.Value, states, $"{location}/Default");
            for (var i = 0; i < choice.Choices.Length; i++)
                choice.Choices[i].Next = Find(NextOf(definition, "Choices", i), states, $"{location}/Choices[{i}]/Next");
        }
        else if (state is WorkState work)
        {
            for (var i = 0; i < work.Catchers.Length; i++)
                work.Catchers[i].Next = Find(NextOf(definition, "Catch", i), states, $"{location}/Catch[{i}]/Next");
        }
    }

    private static string? NextOf(StatesObject definition, string list, int index) => (((definition[list] as StatesArray)?[index] as StatesObject)?["Next"] as StatesString)?.Value;
}
