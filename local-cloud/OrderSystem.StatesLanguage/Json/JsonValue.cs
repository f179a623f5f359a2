using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>What a <see cref="JsonValue"/> is.</summary>
public enum JsonKind
{
    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text.</summary>
    String,

    /// <summary>A list of values.</summary>
    Array,

    /// <summary>Named values, in the order they were written.</summary>
    Object,
}

/// <summary>
/// An immutable JSON value. States, events and variables share the same instances; a change makes a new value that shares
/// every untouched part with the old one.
/// </summary>
public abstract class JsonValue : IEquatable<JsonValue>
{
    /// <summary>How many containers may nest in a value that is written: it can be read again with this depth.</summary>
    public const int DeepestWritten = 1000;

    /// <summary>How many containers may nest in a payload: what wraps it when it is stored still fits <see cref="DeepestWritten"/>.</summary>
    public const int DeepestPayload = 900;

    internal static readonly JsonWriterOptions CompactWriting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonWriterOptions IndentedWriting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, Indented = true };

    private protected JsonValue()
    {
    }

    /// <summary><c>null</c>.</summary>
    public static JsonNull Null => JsonNull.Instance;

    /// <summary>What this value is.</summary>
    public abstract JsonKind Kind { get; }

    /// <summary>The size of the compact UTF-8 text, in bytes. Containers remember it.</summary>
    public abstract int Utf8Size { get; }

    /// <summary>How many containers nest in it, itself included; 0 for a scalar. Containers remember it.</summary>
    public virtual int Depth => 0;

    /// <summary>Parses a JSON text; the last of two properties of one name wins.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="maxDepth">How many containers may nest.</param>
    /// <exception cref="JsonException">The text is no JSON, or nests too deeply.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> utf8, int maxDepth = JsonReading.DefaultMaxDepth) => JsonReading.Parse(utf8, maxDepth);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, int)"/>
    /// <param name="text">The text.</param>
    /// <param name="maxDepth">How many containers may nest.</param>
    public static JsonValue Parse(string text, int maxDepth = JsonReading.DefaultMaxDepth)
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

    /// <summary>Writes this value.</summary>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>The compact JSON text.</summary>
    public string ToJsonString(bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, indented ? IndentedWriting : CompactWriting))
            WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The compact JSON text in UTF-8.</summary>
    public byte[] ToUtf8Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, CompactWriting))
            WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public sealed override string ToString() => ToJsonString();

    /// <summary>Whether both are the same JSON value: numbers by value, objects in any order.</summary>
    public abstract bool Equals(JsonValue? other);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as JsonValue);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>A text as a value.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator JsonValue?(string? value) => value is null ? null : new JsonString(value);

    /// <summary>A truth value as a value.</summary>
    public static implicit operator JsonValue(bool value) => JsonBoolean.Of(value);

    /// <summary>An integer as a value.</summary>
    public static implicit operator JsonValue(long value) => JsonNumber.Of(value);

    /// <summary>A number as a value.</summary>
    public static implicit operator JsonValue(double value) => JsonNumber.Of(value);
}
