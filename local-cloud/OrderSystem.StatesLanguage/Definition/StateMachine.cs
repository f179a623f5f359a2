using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>A compiled state machine: made once from a definition, run any number of times, also at once.</summary>
public sealed class StateMachine
{
    private StateMachine(string name, StateGraph graph, long? timeoutSeconds)
    {
        Name = name;
        Graph = graph;
        TimeoutSeconds = timeoutSeconds;
    }

    /// <summary>The state machine's name.</summary>
    public string Name { get; }

    /// <summary>How long an execution may take; null is for ever.</summary>
    public long? TimeoutSeconds { get; }

    /// <summary>The variables that each state refers to, without their <c>$</c>; states that refer to none are left out.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> VariableReferences { get; private init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    internal StateGraph Graph { get; }

    /// <summary>Compiles a definition.</summary>
    /// <param name="name">The state machine's name.</param>
    /// <param name="definition">The Amazon States Language text.</param>
    /// <exception cref="DefinitionException">The definition cannot be run.</exception>
    public static StateMachine Parse(string name, string definition)
    {
        JsonValue document;
        try
        {
            document = JsonValue.Parse(definition);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new DefinitionException("", exception.Message);
        }

        return Compile(name, document as JsonObject ?? throw new DefinitionException("", "The definition is not a JSON object"));
    }

    /// <summary>Compiles a definition.</summary>
    /// <param name="name">The state machine's name.</param>
    /// <param name="definition">The Amazon States Language document.</param>
    /// <exception cref="DefinitionException">The definition cannot be run.</exception>
    public static StateMachine Compile(string name, JsonObject definition)
    {
        var language = DefinitionReader.LanguageOf(definition, QueryLanguage.JSONPath);
        var graph = new GraphCompiler(language, path: "").Compile(definition);
        return new StateMachine(name, graph, (definition["TimeoutSeconds"] as JsonNumber)?.TryGetInt64(out var seconds) == true ? seconds : null)
        {
            VariableReferences = Definition.VariableReferences.Find(definition, language),
        };
    }

    /// <summary>The state machine of one item of a Map state.</summary>
    internal static StateMachine OfGraph(string name, StateGraph graph) => new(name, graph, timeoutSeconds: null);
}
