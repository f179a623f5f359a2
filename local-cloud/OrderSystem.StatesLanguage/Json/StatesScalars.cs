using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>The JSON value <c>null</c>.</summary>
public sealed class StatesNull : StatesValue
{
    internal static readonly StatesNull Instance = new();

    private StatesNull()
    {
    }

    /// <inheritdoc/>
    public override StatesValueKind Kind => StatesValueKind.Null;

    /// <inheritdoc/>
    public override int Utf8Size => 4;

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();

    /// <inheritdoc/>
    public override bool Equals(StatesValue? other) => other is StatesNull;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

/// <summary>The JSON value <c>true</c> or <c>false</c>.</summary>
public sealed class StatesBoolean : StatesValue
{
    /// <summary>The JSON value <c>true</c>.</summary>
    public static readonly StatesBoolean True = new(true);

    /// <summary>The JSON value <c>false</c>.</summary>
    public static readonly StatesBoolean False = new(false);

    private StatesBoolean(bool value) => Value = value;

    /// <summary>The Boolean value.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override StatesValueKind Kind => StatesValueKind.Boolean;

    /// <inheritdoc/>
    public override int Utf8Size => Value ? 4 : 5;

    /// <summary>Returns the shared instance of a Boolean.</summary>
    public static StatesBoolean Of(bool value) => value ? True : False;

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteBooleanValue(Value);

    /// <inheritdoc/>
    public override bool Equals(StatesValue? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value ? 1 : 2;
}

/// <summary>A JSON string, which may contain lone surrogates; lone surrogates are written as U+FFFD.</summary>
public sealed class StatesString(string value) : StatesValue
{
    private int _utf8Size;

    /// <summary>The string.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override StatesValueKind Kind => StatesValueKind.String;

    /// <inheritdoc/>
    public override int Utf8Size => _utf8Size != 0 ? _utf8Size : _utf8Size = JsonText.SizeOf(Value);

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer)
    {
        // Utf8JsonWriter would escape characters beyond the Basic Multilingual Plane; AWS writes these characters unescaped.
        if (Value.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            writer.WriteRawValue(JsonText.Quote(Value), skipInputValidation: true);
        else
            writer.WriteStringValue(Value);
    }

    /// <inheritdoc/>
    public override bool Equals(StatesValue? other) => other is StatesString text && text.Value == Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
}
