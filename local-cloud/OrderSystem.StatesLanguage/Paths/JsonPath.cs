using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>The value at which a path starts.</summary>
public enum PathRoot
{
    /// <summary><c>$</c>: the state's input or output.</summary>
    Document,

    /// <summary><c>$$</c>: the context object.</summary>
    Context,

    /// <summary><c>$name</c>: a variable.</summary>
    Variable,
}

/// <summary>A path matches nothing, or cannot be applied to the data.</summary>
/// <param name="message">The error message, with the same wording as in AWS.</param>
public sealed class JsonPathException(string message) : Exception(message);

/// <summary>
/// A parsed JSONPath, evaluated as in AWS: a definite path that matches nothing is an error; an indefinite path returns
/// an array of its matches.
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
    }

    /// <summary>The path as written in the definition.</summary>
    public string Text { get; }

    /// <summary>The value at which the path starts.</summary>
    public PathRoot Root { get; }

    /// <summary>
    /// The name (without <c>$</c>) of the variable at which the path starts; null if the path does not start at a
    /// variable.
    /// </summary>
    public string? Variable { get; }

    /// <summary>Whether the path matches at most one value: it has no wildcard, slice, filter or <c>..</c>.</summary>
    public bool IsDefinite { get; }

    /// <summary>Whether the path consists only of property names and array indexes. ResultPath accepts only such paths.</summary>
    public bool IsReference => _segments.All(segment => segment is PropertySegment or IndexSegment);

    internal ReadOnlySpan<PathSegment> Segments => _segments;

    /// <summary>Parses a JSONPath. Leading and trailing whitespace is ignored.</summary>
    /// <exception cref="FormatException">The text is not a valid JSONPath.</exception>
    public static JsonPath Parse(string text) => new JsonPathParser(text.Trim()).ParsePath();

    /// <summary>Evaluates the path against a document.</summary>
    /// <exception cref="JsonPathException">The path is definite and matches nothing, or the evaluation exceeds its
    /// limits.</exception>
    public StatesValue Evaluate(StatesValue root) =>
        FollowNames(root) ?? Search(root, new PathBudget(), IsDefinite) ?? throw new JsonPathException($"No results for path: {Describe(_segments.Length)}");

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Returns the path's first <paramref name="count"/> segments in bracket notation, for error messages.</summary>
    internal string Describe(int count) => (Root == PathRoot.Variable ? "$" + Variable : "$") + string.Concat(_segments.Take(count).Select(segment => segment.Describe()));

    /// <summary>Evaluates the path against a document; returns null if the path matches nothing.</summary>
    internal StatesValue? Find(StatesValue root, PathBudget budget) => FollowNames(root) ?? Search(root, budget, definite: false);

    private StatesValue? FollowNames(StatesValue root)
    {
        var current = root;
        foreach (var segment in _segments)
        {
            if (segment is PropertySegment property && current is StatesObject container && container[property.Name] is { } value)
                current = value;
            else
                return null;
        }

        return current;
    }

    private StatesValue? Search(StatesValue root, PathBudget budget, bool definite)
    {
        var found = new List<StatesValue>();
        new PathSearch(this, root, found, budget).From(root, 0, definite);
        return !IsDefinite ? new StatesArray(found.ToArray()) : found.Count > 0 ? found[0] : null;
    }
}
