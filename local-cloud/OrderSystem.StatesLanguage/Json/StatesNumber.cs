using System.Globalization;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>
/// An immutable JSON number. A parsed number is written back unchanged (<c>1.0</c> stays <c>1.0</c>, and digits beyond
/// a double's precision are kept). A computed number is written in the shortest form that parses to the same double; a
/// whole number has no fraction.
/// </summary>
public sealed class StatesNumber : StatesValue
{
    private const int SmallestShared = -128, LargestShared = 1023;

    private static readonly StatesNumber[] Shared = CreateShared();

    private readonly long _integer;
    private readonly bool _isInteger;
    private string? _text;

    private StatesNumber(long value)
    {
        _integer = value;
        _isInteger = true;
        Value = value;
    }

    private StatesNumber(double value, string? text)
    {
        Value = value;
        _text = text;
    }

    /// <summary>The number as a double.</summary>
    public double Value { get; }

    /// <summary>
    /// Whether the number is stored as a 64-bit integer; false for a number that was parsed from text such as
    /// <c>1.0</c>.
    /// </summary>
    public bool IsInteger => _isInteger;

    /// <inheritdoc/>
    public override StatesValueKind Kind => StatesValueKind.Number;

    /// <inheritdoc/>
    public override int Utf8Size => Text.Length;

    /// <summary>The JSON text of the number.</summary>
    public string Text => _text ??= _isInteger ? _integer.ToString(CultureInfo.InvariantCulture) : Format(Value);

    /// <summary>Creates an integer.</summary>
    public static StatesNumber Of(long value) =>
        value is >= SmallestShared and <= LargestShared ? Shared[value - SmallestShared] : new StatesNumber(value);

    /// <summary>Creates a computed number. A whole number up to 2^53 becomes an integer.</summary>
    /// <exception cref="ArgumentException">The value is infinite or NaN.</exception>
    public static StatesNumber Of(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("A JSON number cannot be infinite or NaN", nameof(value));
        return Math.Abs(value) <= 9007199254740992 && Math.Floor(value) == value ? Of((long)value) : new StatesNumber(value, text: null);
    }

    /// <summary>
    /// Creates an infinity or NaN, which JSONata allows as an intermediate result but not as the result of an evaluation.
    /// </summary>
    internal static StatesNumber NotFinite(double value) => new(value, text: null);

    /// <summary>Returns true, and the value, if the number is stored as a 64-bit integer.</summary>
    public bool TryGetInt64(out long value)
    {
        value = _integer;
        return _isInteger;
    }

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer)
    {
        if (_isInteger)
            writer.WriteNumberValue(_integer);
        else
            writer.WriteRawValue(Text, skipInputValidation: true);
    }

    /// <inheritdoc/>
    public override bool Equals(StatesValue? other) =>
        other is StatesNumber number && (_isInteger && number._isInteger ? _integer == number._integer : Value.Equals(number.Value));

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>Creates a number from its text in a JSON document.</summary>
    internal static StatesNumber Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 && !utf8.SequenceEqual("-0"u8) && long.TryParse(utf8, CultureInfo.InvariantCulture, out var integer))
            return Of(integer);
        var value = double.Parse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture);
        return new StatesNumber(value, System.Text.Encoding.ASCII.GetString(utf8));
    }

    private static string Format(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0)
            return text;
        // .NET writes an exponent if the absolute value is at least 1E+15 or less than 1E-04. JavaScript writes an exponent only
        // if the absolute value is at least 1e+21 or less than 1e-6.
        var magnitude = Math.Abs(value);
        if (magnitude is < 1e-6 or >= 1e21)
            return text.Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');
        var sign = value < 0 ? "-" : "";
        var digits = text[..exponent].Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        var power = int.Parse(text.AsSpan(exponent + 1), CultureInfo.InvariantCulture);
        if (power < 0)
            return sign + "0." + new string('0', -power - 1) + digits;
        return digits.Length > power + 1
            ? sign + digits[..(power + 1)] + "." + digits[(power + 1)..]
            : sign + digits.PadRight(power + 1, '0');
    }

    private static StatesNumber[] CreateShared()
    {
        var shared = new StatesNumber[LargestShared - SmallestShared + 1];
        for (var i = 0; i < shared.Length; i++)
            shared[i] = new StatesNumber((long)i + SmallestShared);
        return shared;
    }
}
