using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions for Base64 and percent encoding.</summary>
internal static class Encodings
{
    private const string UnreservedMarks = "-_.!~*'()";
    private const string ReservedMarks = ";/?:@&=+$,#";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static StatesValue? Base64Encode(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
        // Encode as Latin-1 where possible, as the reference implementation does.
        return Convert.ToBase64String(text.All(c => c <= 0xff) ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text));
    }

    public static StatesValue? Base64Decode(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]).TrimEnd('=').Replace('-', '+').Replace('_', '/');
        try
        {
            return Encoding.Latin1.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            throw JsonataErrors.Create("D3137", ("message", $"Not a Base64 string: {Values.Text(arguments[0])}"));
        }
    }

    public static StatesValue? EncodeUrlComponent(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Encode(arguments[0], UnreservedMarks, "encodeUrlComponent");

    public static StatesValue? EncodeUrl(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Encode(arguments[0], UnreservedMarks + ReservedMarks, "encodeUrl");

    public static StatesValue? DecodeUrlComponent(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Decode(arguments[0], "", "decodeUrlComponent");

    public static StatesValue? DecodeUrl(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Decode(arguments[0], ReservedMarks, "decodeUrl");

    private static StatesValue? Encode(StatesValue? text, string kept, string function)
    {
        if (text is null)
            return null;
        try
        {
            var encoded = new StringBuilder();
            foreach (var b in Strict.GetBytes(Values.Text(text)))
            {
                var c = (char)b;
                if (char.IsAsciiLetterOrDigit(c) || kept.Contains(c, StringComparison.Ordinal))
                    encoded.Append(c);
                else
                    encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }

            return encoded.ToString();
        }
        catch (EncoderFallbackException)
        {
            throw Malformed(text, function);
        }
    }

    private static StatesValue? Decode(StatesValue? text, string keptEncoded, string function)
    {
        if (text is null)
            return null;
        var encoded = Values.Text(text);
        List<byte> bytes = new(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                var end = encoded.IndexOf('%', i);
                bytes.AddRange(Encoding.UTF8.GetBytes(encoded[i..(end < 0 ? encoded.Length : end)]));
                i = (end < 0 ? encoded.Length : end) - 1;
                continue;
            }

            if (i + 2 >= encoded.Length || !byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
                throw Malformed(text, function);
            if (keptEncoded.Contains((char)b, StringComparison.Ordinal))
                bytes.AddRange(Encoding.ASCII.GetBytes(encoded.Substring(i, 3)));
            else
                bytes.Add(b);
            i += 2;
        }

        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed(text, function);
        }
    }

    private static JsonataException Malformed(StatesValue text, string function) => JsonataErrors.Create("D3140", ("value", text), ("functionName", function));
}
