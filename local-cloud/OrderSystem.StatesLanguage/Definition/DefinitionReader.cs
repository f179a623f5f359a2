using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Definition;

/// <summary>Reads the fields of one object of a definition.</summary>
internal sealed class DefinitionReader(JsonObject fields, QueryLanguage language, string path, QueryLanguage outerLanguage = QueryLanguage.JSONPath)
{
    public QueryLanguage Language => language;

    /// <summary>The query language around the state: its inner states don't take over the state's own.</summary>
    public QueryLanguage OuterLanguage => outerLanguage;

    public string Path => path;

    public bool Has(string field) => fields.Contains(field);

    public JsonValue? this[string field] => fields[field];

    /// <summary>The query language that an object names, or the one around it.</summary>
    public static QueryLanguage LanguageOf(JsonObject container, QueryLanguage outer) => (container["QueryLanguage"] as JsonString)?.Value switch
    {
        "JSONata" => QueryLanguage.JSONata,
        "JSONPath" => QueryLanguage.JSONPath,
        _ => outer,
    };

    public string? Text(string field) => (fields[field] as JsonString)?.Value;

    public JsonObject Object(string field) => fields[field] as JsonObject ?? throw Wrong(field, "must be an object");

    public JsonArray Array(string field) => fields[field] switch
    {
        null => JsonArray.Empty,
        JsonArray array => array,
        _ => throw Wrong(field, "must be an array"),
    };

    /// <summary>A field that holds a path: InputPath and its like. Null is the absent field or <c>$</c>; a null value stands for an empty object.</summary>
    public Template? PathField(string field)
    {
        if (language == QueryLanguage.JSONata)
            return null;
        return fields[field] switch
        {
            null or JsonString { Value: "$" } => null,
            JsonNull => new LiteralTemplate(JsonObject.Empty),
            JsonString text => Guard(field, () => Dynamic(text.Value, field: null)),
            _ => throw Wrong(field, "must be a path"),
        };
    }

    /// <summary>A field that holds a value, or whose twin with the suffix <c>Path</c> holds a path to it.</summary>
    public Template? ValueField(string field)
    {
        if (fields[field] is { } value)
            return language == QueryLanguage.JSONata ? Guard(field, () => TemplateCompiler.CompileJsonata(value, field)) : new LiteralTemplate(value);
        return fields[field + "Path"] is JsonString text ? Guard(field + "Path", () => Dynamic(text.Value, field: field + "Path")) : null;
    }

    /// <summary>As <see cref="ValueField"/>, with the wording of the fields that name an invalid path alone.</summary>
    public Template? InvalidPathField(string field)
    {
        if (fields[field] is { } value)
            return language == QueryLanguage.JSONata ? Guard(field, () => TemplateCompiler.CompileJsonata(value, field)) : new LiteralTemplate(value);
        return fields[field + "Path"] is JsonString text ? Guard(field + "Path", () => Dynamic(text.Value, field: null)) : null;
    }

    /// <summary>A payload template.</summary>
    public Template? Payload(string field) => fields[field] is { } value
        ? Guard(field, () => language == QueryLanguage.JSONata ? TemplateCompiler.CompileJsonata(value, field) : TemplateCompiler.CompilePayload(value))
        : null;

    /// <summary>Parameters of the one query language or Arguments of the other.</summary>
    public Template? Arguments() => Payload(language == QueryLanguage.JSONata ? "Arguments" : "Parameters");

    /// <summary>The role in Credentials, given or as a path.</summary>
    public Template? RoleArn() => fields["RoleArn"] is { } value
        ? Guard("RoleArn", () => language == QueryLanguage.JSONata ? TemplateCompiler.CompileJsonata(value, "Credentials/RoleArn") : new LiteralTemplate(value))
        : fields["RoleArn.$"] is { } dynamic ? Guard("RoleArn.$", () => TemplateCompiler.CompileDynamic("RoleArn.$", dynamic)) : null;

    /// <summary>Output, which only JSONata has.</summary>
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
