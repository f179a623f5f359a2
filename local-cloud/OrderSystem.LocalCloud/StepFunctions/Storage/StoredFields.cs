using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>Reads the fields of the JSON documents that the Step Functions database stores.</summary>
internal static class StoredFields
{
    /// <summary>Reads a stored document.</summary>
    /// <exception cref="FormatException">The document is not a JSON object.</exception>
    public static StatesObject Read(ReadOnlySpan<byte> written, int maxDepth = StatesValue.DeepestWritten) =>
        StatesValue.Parse(written, maxDepth) as StatesObject ?? throw new FormatException("A stored document is not a JSON object.");

    /// <exception cref="FormatException">The document lacks the field, or the field's value has another type.</exception>
    public static string Text(this StatesObject fields, string name) => fields.OptionalText(name) ?? throw Missing(name);

    public static string? OptionalText(this StatesObject fields, string name) => (fields[name] as StatesString)?.Value;

    /// <exception cref="FormatException">The document lacks the field, or the field's value has another type.</exception>
    public static double Number(this StatesObject fields, string name) => fields.OptionalNumber(name) ?? throw Missing(name);

    public static double? OptionalNumber(this StatesObject fields, string name) => (fields[name] as StatesNumber)?.Value;

    /// <exception cref="FormatException">The document lacks the field, or the field's value has another type.</exception>
    public static DateTimeOffset Date(this StatesObject fields, string name) => fields.OptionalDate(name) ?? throw Missing(name);

    public static DateTimeOffset? OptionalDate(this StatesObject fields, string name) =>
        fields[name] is StatesNumber number ? new DateTimeOffset(long.Parse(number.Text, CultureInfo.InvariantCulture), TimeSpan.Zero) : null;

    /// <exception cref="FormatException">The document lacks the field, or the field's value has another type.</exception>
    public static StatesObject Object(this StatesObject fields, string name) => fields[name] as StatesObject ?? throw Missing(name);

    /// <exception cref="FormatException">The document lacks the field, or the field's value has another type.</exception>
    public static StatesArray Array(this StatesObject fields, string name) => fields[name] as StatesArray ?? throw Missing(name);

    /// <summary>Reads an array of objects.</summary>
    /// <exception cref="FormatException">The document lacks the field, or the field's value has another type.</exception>
    public static IEnumerable<StatesObject> Objects(this StatesObject fields, string name) => fields.Array(name).Cast<StatesObject>();

    private static FormatException Missing(string name) => new($"A stored document lacks the field {name}, or its value has another type.");
}
