using System.Text.Json;

namespace OrderSystem.EventSources.Filters;

/// <summary>
/// The filters of a mapping. A record passes if it matches any of the filters. Lambda Developer Guide: "Control which
/// events Lambda sends to your function".
/// </summary>
public sealed class FilterCriteria
{
    private const int MaximumFilters = 10;

    /// <summary>
    /// Options for parsing records. DynamoDB items can be nested up to 32 levels deep, and each level of an item needs
    /// two levels of JSON.
    /// </summary>
    internal static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    private readonly FilterPattern[] _patterns;

    private FilterCriteria(FilterPattern[] patterns, IReadOnlyList<string> texts) => (_patterns, Patterns) = (patterns, texts);

    /// <summary>Criteria without filters, which every record passes.</summary>
    public static FilterCriteria None { get; } = new([], []);

    /// <summary>The filter patterns as they were written.</summary>
    public IReadOnlyList<string> Patterns { get; }

    /// <summary>Whether there are no filters.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Compiles filter patterns.</summary>
    /// <exception cref="FilterPatternException">There are too many patterns, or a pattern is invalid.</exception>
    public static FilterCriteria Parse(IReadOnlyList<string> patterns) => patterns.Count switch
    {
        0 => None,
        > MaximumFilters => throw new FilterPatternException($"There are {patterns.Count} filters, but at most {MaximumFilters} are allowed."),
        _ => new FilterCriteria([.. patterns.Select(FilterPattern.Parse)], patterns),
    };

    /// <summary>Returns whether a record passes the filters.</summary>
    public bool Matches(ReadOnlyMemory<byte> json)
    {
        if (IsEmpty)
            return true;
        using var document = JsonDocument.Parse(json, Deep);
        return Matches(document.RootElement);
    }

    /// <summary>
    /// Returns whether a record with this top-level property can pass the filters, so that records that cannot pass need not
    /// be built.
    /// </summary>
    public bool MayMatch(string property, string value)
    {
        using var document = JsonDocument.Parse($"\"{JsonEncodedText.Encode(value)}\"");
        var element = document.RootElement;
        return IsEmpty || Array.Exists(_patterns, pattern => pattern.MayMatch(property, element));
    }

    /// <inheritdoc cref="Matches(ReadOnlyMemory{byte})"/>
    public bool Matches(JsonElement record) => IsEmpty || Array.Exists(_patterns, pattern => pattern.Matches(record));
}

/// <summary>A filter pattern is invalid; the message says where and why.</summary>
public sealed class FilterPatternException(string message) : Exception(message);
