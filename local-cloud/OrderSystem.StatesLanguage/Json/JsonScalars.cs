using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>The JSON value <c>null</c>.</summary>
public sealed class JsonNull : JsonValue
{
    internal static readonly JsonNull Instance = new();

    private JsonNull()
    {
    }

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Null;

    /// <inheritdoc/>
    public override int Utf8Size => 4;

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => other is JsonNull;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

/// <summary>The JSON value <c>true</c> or <c>false</c>.</summary>
public sealed class JsonBoolean : JsonValue
{
    /// <summary>The JSON value <c>true</c>.</summary>
    public static readonly JsonBoolean True = new(true);

    /// <summary>The JSON value <c>false</c>.</summary>
    public static readonly JsonBoolean False = new(false);

    private JsonBoolean(bool value) => Value = value;

    /// <summary>The Boolean value.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Boolean;

    /// <inheritdoc/>
    public override int Utf8Size => Value ? 4 : 5;

    /// <summary>Returns the shared instance of a Boolean.</summary>
    public static JsonBoolean Of(bool value) => value ? True : False;

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteBooleanValue(Value);

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value ? 1 : 2;
}

/// <summary>A JSON string. It may contain lone surrogates, which are written as U+FFFD.</summary>
public sealed class JsonString(string value) : JsonValue
{
    private int _utf8Size;

    /// <summary>The string.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.String;

    /// <inheritdoc/>
    public override int Utf8Size => _utf8Size != 0 ? _utf8Size : _utf8Size = JsonText.SizeOf(Value);

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer)
    {
        // The writer would escape characters beyond the Basic Multilingual Plane; AWS writes them unescaped.
        if (Value.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            writer.WriteRawValue(JsonText.Quote(Value), skipInputValidation: true);
        else
            writer.WriteStringValue(Value);
    }

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => other is JsonString text && text.Value == Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
}
