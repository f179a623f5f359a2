using System.Text.Json;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;

namespace OrderSystem.StatesLanguage.Validation;

/// <summary>Validates state machine definitions as Step Functions does when a state machine is created.</summary>
public static class DefinitionValidator
{
    /// <summary>Returns all errors in a definition; empty if it is valid.</summary>
    /// <param name="definition">The Amazon States Language text, in JSON.</param>
    /// <param name="isExpress">Whether the definition is for an EXPRESS state machine, which supports fewer integrations.</param>
    public static IReadOnlyList<Diagnostic> Validate(string definition, bool isExpress = false)
    {
        StatesValue document;
        try
        {
            document = StatesValue.Parse(definition);
        }
        catch (JsonException exception)
        {
            return [new Diagnostic(Diagnostic.InvalidJson, null, exception.Message)];
        }

        if (document is not StatesObject machine)
            return [new Diagnostic(Diagnostic.SchemaValidationFailed, "/", "Expected value of type Object")];
        return Validate(machine, isExpress);
    }

    /// <summary>
    /// Returns warnings about parts of a definition that are valid but probably unintended, such as a path in a
    /// plain-text field.
    /// </summary>
    /// <param name="definition">The Amazon States Language text, in JSON.</param>
    public static IReadOnlyList<Diagnostic> Warnings(string definition)
    {
        try
        {
            return StatesValue.Parse(definition) is StatesObject machine ? DefinitionWarnings.Of(machine) : [];
        }
        catch (JsonException)
        {
            // Invalid JSON is an error, which Validate reports.
            return [];
        }
    }

    /// <inheritdoc cref="Validate(string, bool)"/>
    /// <param name="definition">The definition as a JSON object.</param>
    /// <param name="isExpress">Whether the definition is for an EXPRESS state machine.</param>
    public static IReadOnlyList<Diagnostic> Validate(StatesObject definition, bool isExpress = false)
    {
        var findings = new Findings(isExpress);
        var language = DefinitionReader.LanguageOf(definition, QueryLanguage.JSONPath);
        new MachineValidator(findings, language, allowsJsonPath: language == QueryLanguage.JSONPath, path: "").Validate(definition);
        if (findings.All.Count > 0)
            return findings.All;
        try
        {
            StateMachine.Compile("validated", definition);
            return [];
        }
        catch (DefinitionException exception)
        {
            return [new Diagnostic(Diagnostic.SchemaValidationFailed, exception.Location.Length == 0 ? "/" : exception.Location, exception.Message)];
        }
    }
}

/// <summary>The diagnostics found so far in one definition.</summary>
internal sealed class Findings(bool isExpress)
{
    private readonly List<Diagnostic> _all = [];

    public IReadOnlyList<Diagnostic> All => _all;

    /// <summary>Whether the part that is being validated, the state machine or an item processor, runs as EXPRESS.</summary>
    public bool IsExpress { get; set; } = isExpress;

    /// <summary>The state names found so far, which must be unique within a state machine.</summary>
    public HashSet<string> StateNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The labels of Map states found so far, which must be unique within a state machine.</summary>
    public HashSet<string> Labels { get; } = new(StringComparer.Ordinal);

    public void Schema(string location, string message) => Add(Diagnostic.SchemaValidationFailed, location, message);

    public void Add(string code, string? location, string message) => _all.Add(new Diagnostic(code, location?.Length == 0 ? "/" : location, message));

    /// <summary>Requires a field, if present, to be one of the given strings.</summary>
    public void OneOf(StatesObject container, string location, string field, params string[] values)
    {
        if (container[field] is { } value && !(value is StatesString { Value: var text } && values.Contains(text)))
            Schema($"{location}/{field}", $"The field '{field}' should have one of these values: [{string.Join(", ", values)}]");
    }

    /// <summary>Requires a field, if present, to be a string.</summary>
    public void Text(StatesObject container, string location, string field)
    {
        if (container[field] is not (null or StatesString))
            Schema($"{location}/{field}", "Expected value of type String");
    }

    /// <summary>Requires a field, if present and not null, to be a path.</summary>
    public void Path(StatesObject container, string location, string field)
    {
        if (container[field] is { } value and not StatesNull && !(value is StatesString { Value: var text } && PathOf(text) is not null))
            Schema($"{location}/{field}", "Value must be a valid JSONPath.");
    }

    /// <summary>Rejects all fields except the given ones.</summary>
    public void Only(StatesObject container, string location, params string[] fields)
    {
        foreach (var name in container.Names)
        {
            if (!fields.Contains(name))
                Schema(location, $"Field '{name}' is not supported");
        }
    }

    public void Required(StatesObject container, string location, params ReadOnlySpan<string> fields)
    {
        var missing = new List<string>();
        foreach (var field in fields)
        {
            if (!container.Contains(field))
                missing.Add(field);
        }

        if (missing.Count > 0)
            Schema(location, $"These fields are required: [{string.Join(", ", missing)}]");
    }

    /// <summary>Reports an error if more than one of the given fields is present; returns how many are present.</summary>
    public int AtMostOne(StatesObject container, string location, params ReadOnlySpan<string> fields)
    {
        var given = new List<string>();
        foreach (var field in fields)
        {
            if (container.Contains(field))
                given.Add(field);
        }

        if (given.Count > 1)
            Schema(location, $"Only one of these fields is allowed: [{string.Join(", ", given)}]");
        return given.Count;
    }

    /// <summary>Requires a field, if present, to be a path to a single value.</summary>
    public void ReferencePath(StatesObject container, string location, string field)
    {
        if (container[field] is { } value && !(value is StatesString { Value: var text } && PathOf(text) is { IsDefinite: true }))
            Schema($"{location}/{field}", "Value is not a Reference Path");
    }

    private static JsonPath? PathOf(string text)
    {
        try
        {
            return text.StartsWith('$') ? JsonPath.Parse(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public void Integer(StatesObject container, string location, string field, long least, long most = long.MaxValue)
    {
        if (container[field] is not { } value)
            return;
        if (value is not StatesNumber number || !number.TryGetInt64(out var integer))
            Schema($"{location}/{field}", "Expected value of type Integer");
        else if (integer < least)
            Schema($"{location}/{field}", $"Value is less than the minimum: {least}");
        else if (integer > most)
            Schema($"{location}/{field}", $"Value is greater than the maximum: {most}");
    }
}
