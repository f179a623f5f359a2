using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Reads the fields of one JSON object in a definition.</summary>
internal sealed class DefinitionReader(StatesObject fields, QueryLanguage language, string path, QueryLanguage outerLanguage = QueryLanguage.JSONPath)
{
    public QueryLanguage Language => language;

    /// <summary>
    /// The query language of the definition that contains the state. States nested within the state inherit this language
    /// rather than the state's own.
    /// </summary>
    public QueryLanguage OuterLanguage => outerLanguage;

    public string Path => path;

    public bool Has(string field) => fields.Contains(field);

    public StatesValue? this[string field] => fields[field];

    /// <summary>
    /// Returns the object's <c>QueryLanguage</c>, or the enclosing query language if the object does not set a query language.
    /// </summary>
    public static QueryLanguage LanguageOf(StatesObject container, QueryLanguage outer) => (container["QueryLanguage"] as StatesString)?.Value switch
    {
        "JSONata" => QueryLanguage.JSONata,
        "JSONPath" => QueryLanguage.JSONPath,
        _ => outer,
    };

    public string? Text(string field) => (fields[field] as StatesString)?.Value;

    public StatesObject Object(string field) => fields[field] as StatesObject ?? throw Wrong(field, "must be an object");

    public StatesArray Array(string field) => fields[field] switch
    {
        null => StatesArray.Empty,
        StatesArray array => array,
        _ => throw Wrong(field, "must be an array"),
    };

    /// <summary>
    /// Compiles a path field such as InputPath. Returns null if the field is absent or <c>$</c>. A JSON null compiles to a
    /// template that yields an empty object.
    /// </summary>
    public Template? PathField(string field)
    {
        if (language == QueryLanguage.JSONata)
            return null;
        return fields[field] switch
        {
            null or StatesString { Value: "$" } => null,
            StatesNull => new LiteralTemplate(StatesObject.Empty),
            StatesString text => Guard(field, () => Dynamic(text.Value, field: null)),
            _ => throw Wrong(field, "must be a path"),
        };
    }

    /// <summary>
    /// Compiles a field that contains a value, or its <c>…Path</c> variant, which contains a path to the value.
    /// </summary>
    public Template? ValueField(string field)
    {
        if (fields[field] is { } value)
            return language == QueryLanguage.JSONata ? Guard(field, () => TemplateCompiler.CompileJsonata(value, field)) : new LiteralTemplate(value);
        return fields[field + "Path"] is StatesString text ? Guard(field + "Path", () => Dynamic(text.Value, field: field + "Path")) : null;
    }

    /// <summary>
    /// Like <see cref="ValueField"/>, but if the path can't be evaluated, the error message contains only the path and not the
    /// name of the field.
    /// </summary>
    public Template? InvalidPathField(string field)
    {
        if (fields[field] is { } value)
            return language == QueryLanguage.JSONata ? Guard(field, () => TemplateCompiler.CompileJsonata(value, field)) : new LiteralTemplate(value);
        return fields[field + "Path"] is StatesString text ? Guard(field + "Path", () => Dynamic(text.Value, field: null)) : null;
    }

    /// <summary>Compiles a payload template; returns null if the field is absent.</summary>
    public Template? Payload(string field) => fields[field] is { } value
        ? Guard(field, () => language == QueryLanguage.JSONata ? TemplateCompiler.CompileJsonata(value, field) : TemplateCompiler.CompilePayload(value))
        : null;

    /// <summary>Compiles Arguments (JSONata) or Parameters (JSONPath).</summary>
    public Template? Arguments() => Payload(language == QueryLanguage.JSONata ? "Arguments" : "Parameters");

    /// <summary>
    /// Compiles the RoleArn field in Credentials. The field contains an ARN, or a path or expression that yields an ARN.
    /// </summary>
    public Template? RoleArn() => fields["RoleArn"] is { } value
        ? Guard("RoleArn", () => language == QueryLanguage.JSONata ? TemplateCompiler.CompileJsonata(value, "Credentials/RoleArn") : new LiteralTemplate(value))
        : fields["RoleArn.$"] is { } dynamic ? Guard("RoleArn.$", () => TemplateCompiler.CompileDynamic("RoleArn.$", dynamic)) : null;

    /// <summary>Compiles the Output field, which only JSONata states have; returns null for JSONPath.</summary>
    public Template? Output() => language == QueryLanguage.JSONata ? Payload("Output") : null;

    public T Guard<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException exception)
        {
            throw Wrong(field, exception.Message);
        }
        catch (JsonataException exception)
        {
            throw Wrong(field, exception.Message);
        }
    }

    public DefinitionException Wrong(string field, string what) => new($"{path}/{field}", what);

    private static Template Dynamic(string text, string? field) =>
        text.StartsWith('$') ? new PathTemplate(JsonPath.Parse(text), field) : new Intrinsics.IntrinsicParser(text, field ?? "").Parse();
}
