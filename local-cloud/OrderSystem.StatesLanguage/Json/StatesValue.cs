using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>The kind of a <see cref="StatesValue"/>.</summary>
public enum StatesValueKind
{
    /// <summary>The JSON value <c>null</c>.</summary>
    Null,

    /// <summary>The JSON value <c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A JSON number.</summary>
    Number,

    /// <summary>A JSON string.</summary>
    String,

    /// <summary>A JSON array.</summary>
    Array,

    /// <summary>A JSON object.</summary>
    Object,
}

/// <summary>
/// An immutable JSON value. States, events and variables share instances; a change creates a new value that shares the
/// unchanged parts with the old value.
/// </summary>
public abstract class StatesValue : IEquatable<StatesValue>
{
    /// <summary>
    /// The maximum nesting depth of a value that can be written as JSON, and read again if this depth is passed to
    /// <see cref="Parse(ReadOnlySpan{byte}, int)"/>.
    /// </summary>
    public const int DeepestWritten = 1000;

    /// <summary>
    /// The maximum nesting depth of a payload. This limit is lower than <see cref="DeepestWritten"/> because a payload is stored
    /// inside other JSON values, which add levels.
    /// </summary>
    public const int DeepestPayload = 900;

    internal static readonly JsonWriterOptions CompactWriting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonWriterOptions IndentedWriting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, Indented = true };

    private protected StatesValue()
    {
    }

    /// <summary>The JSON value <c>null</c>.</summary>
    public static StatesNull Null => StatesNull.Instance;

    /// <summary>The kind of this value.</summary>
    public abstract StatesValueKind Kind { get; }

    /// <summary>The size of the compact JSON text in UTF-8, in bytes. Arrays and objects cache their size.</summary>
    public abstract int Utf8Size { get; }

    /// <summary>The nesting depth, including this value; 0 for a scalar. Arrays and objects cache their depth.</summary>
    public virtual int Depth => 0;

    /// <summary>Parses JSON text. If an object has several properties with the same name, the last property wins.</summary>
    /// <param name="utf8">The JSON text, in UTF-8.</param>
    /// <param name="maxDepth">The maximum nesting depth.</param>
    /// <exception cref="JsonException">The text is not valid JSON, or is nested too deeply.</exception>
    public static StatesValue Parse(ReadOnlySpan<byte> utf8, int maxDepth = JsonReading.DefaultMaxDepth) => JsonReading.Parse(utf8, maxDepth);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, int)"/>
    /// <param name="text">The JSON text.</param>
    /// <param name="maxDepth">The maximum nesting depth.</param>
    public static StatesValue Parse(string text, int maxDepth = JsonReading.DefaultMaxDepth)
    {
        ArgumentNullException.ThrowIfNull(text);
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return JsonReading.Parse(buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)), maxDepth);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes this value to a JSON writer.</summary>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>Returns the JSON text, compact unless indented.</summary>
    public string ToJsonString(bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, indented ? IndentedWriting : CompactWriting))
            WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Returns the compact JSON text in UTF-8.</summary>
    public byte[] ToUtf8Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, CompactWriting))
            WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public sealed override string ToString() => ToJsonString();

    /// <summary>Whether the other value is the same JSON value. The order of properties does not matter.</summary>
    public abstract bool Equals(StatesValue? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as StatesValue);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>Converts a string to a JSON value; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator StatesValue?(string? value) => value is null ? null : new StatesString(value);

    /// <summary>Converts a Boolean to a JSON value.</summary>
    public static implicit operator StatesValue(bool value) => StatesBoolean.Of(value);

    /// <summary>Converts an integer to a JSON value.</summary>
    public static implicit operator StatesValue(long value) => StatesNumber.Of(value);

    /// <summary>Converts a number to a JSON value.</summary>
    public static implicit operator StatesValue(double value) => StatesNumber.Of(value);
}
