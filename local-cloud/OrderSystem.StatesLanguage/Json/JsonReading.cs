using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>Parses JSON text into values.</summary>
internal static class JsonReading
{
    public const int DefaultMaxDepth = 512;

    public static StatesValue Parse(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        var value = ReadValue(ref reader);
        if (reader.Read())
            throw new JsonException("Unexpected content after the JSON value");
        return value;
    }

    /// <summary>Reads the value at the reader's current token.</summary>
    private static StatesValue ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => new StatesString(ReadText(ref reader)),
        JsonTokenType.Number => StatesNumber.Read(reader.ValueSpan),
        JsonTokenType.True => StatesBoolean.True,
        JsonTokenType.False => StatesBoolean.False,
        _ => StatesNull.Instance,
    };

    private static StatesObject ReadObject(ref Utf8JsonReader reader)
    {
        var builder = new StatesObjectBuilder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = ReadText(ref reader);
            reader.Read();
            builder.Set(name, ReadValue(ref reader));
        }

        return builder.Build();
    }

    private static StatesArray ReadArray(ref Utf8JsonReader reader)
    {
        var items = new List<StatesValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadValue(ref reader));
        return items.Count == 0 ? StatesArray.Empty : new StatesArray(items.ToArray());
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // JSON allows escaped lone surrogates, but Utf8JsonReader refuses to decode them.
            var raw = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
            return Unescape(Encoding.UTF8.GetString(raw));
        }
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            switch (text[++i])
            {
                case 'u':
                    result.Append((char)ushort.Parse(text.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                case 'b': result.Append('\b'); break;
                case 'f': result.Append('\f'); break;
                case 'n': result.Append('\n'); break;
                case 'r': result.Append('\r'); break;
                case 't': result.Append('\t'); break;
                default: result.Append(text[i]); break;
            }
        }

        return result.ToString();
    }
}
