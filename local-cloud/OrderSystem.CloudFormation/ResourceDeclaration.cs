using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderSystem.CloudFormation;

/// <summary>
/// A resource of the template, with its intrinsic functions evaluated. The declaration records which properties are read,
/// so that unread properties can be reported as ignored.
/// </summary>
public sealed class ResourceDeclaration(string logicalId, string type, JsonObject properties, string stackName, string templateDirectory)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public string LogicalId { get; } = logicalId;

    /// <summary>The template's folder, against which relative paths in the properties are resolved.</summary>
    public string TemplateDirectory { get; } = templateDirectory;

    /// <summary>The properties that were not read and therefore have no effect.</summary>
    public IEnumerable<string> Ignored => properties.Select(property => property.Key).Where(name => !_read.Contains(name));

    /// <summary>
    /// Returns the value of the property that contains the resource's name, such as <c>QueueName</c>. If the property
    /// is missing, returns the name that CloudFormation would generate, but without the random suffix.
    /// </summary>
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
