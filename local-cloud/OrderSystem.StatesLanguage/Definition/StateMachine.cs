using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>A compiled state machine, which is immutable and can run many executions concurrently.</summary>
public sealed class StateMachine
{
    private StateMachine(string name, StateGraph graph, long? timeoutSeconds)
    {
        Name = name;
        Graph = graph;
        TimeoutSeconds = timeoutSeconds;
    }

    /// <summary>The name of the state machine.</summary>
    public string Name { get; }

    /// <summary>The timeout of an execution in seconds; null if the definition sets no timeout.</summary>
    public long? TimeoutSeconds { get; }

    /// <summary>
    /// The names of the variables that each state refers to, without <c>$</c>. States that refer to no variables are
    /// omitted.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> VariableReferences { get; private init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    internal StateGraph Graph { get; }

    /// <summary>Compiles a state machine definition.</summary>
    /// <param name="name">The name of the state machine.</param>
    /// <param name="definition">The Amazon States Language text, in JSON.</param>
    /// <exception cref="DefinitionException">The definition is invalid.</exception>
    public static StateMachine Parse(string name, string definition)
    {
        StatesValue document;
        try
        {
            document = StatesValue.Parse(definition);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new DefinitionException("", exception.Message);
        }

        return Compile(name, document as StatesObject ?? throw new DefinitionException("", "The definition is not a JSON object"));
    }

    /// <summary>Compiles a state machine definition.</summary>
    /// <param name="name">The name of the state machine.</param>
    /// <param name="definition">The Amazon States Language document.</param>
    /// <exception cref="DefinitionException">The definition is invalid.</exception>
    public static StateMachine Compile(string name, StatesObject definition)
    {
        var language = DefinitionReader.LanguageOf(definition, QueryLanguage.JSONPath);
        var graph = new GraphCompiler(language, path: "").Compile(definition);
        return new StateMachine(name, graph, (definition["TimeoutSeconds"] as StatesNumber)?.TryGetInt64(out var seconds) == true ? seconds : null)
        {
            VariableReferences = Definition.VariableReferences.Find(definition, language),
        };
    }

    /// <summary>Creates the state machine that the child executions of a distributed Map state run.</summary>
    internal static StateMachine OfGraph(string name, StateGraph graph) => new(name, graph, timeoutSeconds: null);
}
