using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>Where a path starts.</summary>
public enum PathRoot
{
    /// <summary><c>$</c>: the state's input or output.</summary>
    Document,

    /// <summary><c>$$</c>: the context object.</summary>
    Context,

    /// <summary><c>$name</c>: a variable.</summary>
    Variable,
}

/// <summary>A path that finds nothing, or that the data does not allow.</summary>
/// <param name="message">The message as AWS words it.</param>
public sealed class JsonPathException(string message) : Exception(message);

/// <summary>
/// A parsed JSONPath. Behaves as AWS's: a definite path that finds nothing is an error, an indefinite one answers an
/// array of what it finds.
/// </summary>
public sealed class JsonPath
{
    private readonly PathSegment[] _segments;

    internal JsonPath(string text, PathRoot root, string? variable, PathSegment[] segments)
    {
        Text = text;
        Root = root;
        Variable = variable;
        _segments = segments;
        IsDefinite = segments.All(segment => segment.IsDefinite);
        EndsInFunction = segments.Length > 0 && segments[^1] is FunctionSegment;
    }

    /// <summary>The path as it was written.</summary>
    public string Text { get; }

    /// <summary>Where it starts.</summary>
    public PathRoot Root { get; }

    /// <summary>The variable it starts at, without its <c>$</c>.</summary>
    public string? Variable { get; }

    /// <summary>Whether it names one place at most: no wildcard, slice, filter or <c>..</c>.</summary>
    public bool IsDefinite { get; }

    /// <summary>Whether it is only names and indexes, so that ResultPath may write there.</summary>
    public bool IsReference => _segments.All(segment => segment is PropertySegment or IndexSegment);

    internal ReadOnlySpan<PathSegment> Segments => _segments;

    private bool EndsInFunction { get; }

    /// <summary>Parses a path.</summary>
    /// <exception cref="FormatException">The text is no JSONPath.</exception>
    public static JsonPath Parse(string text) => new JsonPathParser(text).ParsePath();

    /// <summary>Finds the value in a document.</summary>
    /// <exception cref="JsonPathException">The path is definite and finds nothing, or there is no end to it.</exception>
    public JsonValue Evaluate(JsonValue root) => FollowNames(root) ?? Search(root, new PathBudget(), IsDefinite) ?? throw new JsonPathException($"No results for path: {Describe(_segments.Length)}");

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The path in brackets up to a segment, as error messages show it.</summary>
    internal string Describe(int count) => (Root == PathRoot.Variable ? "$" + Variable : "$") + string.Concat(_segments.Take(count).Select(segment => segment.Describe()));

    /// <summary>Finds the value in a document, or null where it is not there.</summary>
    internal JsonValue? Find(JsonValue root, PathBudget budget) => FollowNames(root) ?? Search(root, budget, definite: false);

    private JsonValue? FollowNames(JsonValue root)
    {
        var current = root;
        foreach (var segment in _segments)
        {
            if (segment is PropertySegment property && current is JsonObject container && container[property.Name] is { } value)
                current = value;
            else
                return null;
        }

        return current;
    }

    private JsonValue? Search(JsonValue root, PathBudget budget, bool definite)
    {
        var found = new List<JsonValue>();
        new PathSearch(this, root, found, budget).From(root, 0, definite);
        return !IsDefinite && !EndsInFunction ? new JsonArray(found.ToArray()) : found.Count > 0 ? found[0] : null;
    }
}
