using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderSystem.CloudFormation;

/// <summary>One resource of the template, its intrinsic functions evaluated. It notes which properties are asked for: the others are ignored here, and told so.</summary>
public sealed class ResourceDeclaration(string logicalId, string type, JsonObject properties, string stackName, string templateDirectory)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public string LogicalId { get; } = logicalId;

    /// <summary>The folder that relative paths start from.</summary>
    public string TemplateDirectory { get; } = templateDirectory;

    /// <summary>The properties that nothing here makes use of.</summary>
    public IEnumerable<string> Ignored => properties.Select(property => property.Key).Where(name => !_read.Contains(name));

    /// <summary>A name property, or the name that CloudFormation would make up (without its random tail, so that it stays the same).</summary>
    public string Name(string property) => String(property) ?? $"{stackName}-{LogicalId}";

    public JsonNode? this[string property]
    {
        get
        {
            _read.Add(property);
            return properties[property];
        }
    }

    public string? String(string property) => this[property]?.ToString();

    public string Required(string property) => String(property) ?? throw Refused(property, "is missing");

    public int? Integer(string property, int minimum, int maximum)
    {
        if (String(property) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw Refused(property, $"is {text}, but must be a whole number from {minimum} to {maximum}");
    }

    public bool Boolean(string property, bool standard = false) => String(property) is { } text
        ? bool.TryParse(text, out var value) ? value : throw Refused(property, $"is {text}, but must be true or false")
        : standard;

    public TemplateException Refused(string property, string complaint) => new($"{LogicalId} ({type}): {property} {complaint}.");
}
