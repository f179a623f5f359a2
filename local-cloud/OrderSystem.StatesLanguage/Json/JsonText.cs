using System.Globalization;
using System.Text;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>Computes the size and the depth of JSON values without writing them, and quotes strings.</summary>
internal static class JsonText
{
    public static int SizeOf(string text)
    {
        var size = 2 + Encoding.UTF8.GetByteCount(text);
        foreach (var c in text)
        {
            if (c is '"' or '\\' or '\n' or '\r' or '\t' or '\b' or '\f')
                size++;
            else if (c < ' ')
                size += 5;
        }

        return size;
    }

    public static int SizeOf(ReadOnlySpan<StatesValue> items)
    {
        var size = 2 + Math.Max(0, items.Length - 1);
        foreach (var item in items)
            size += item.Utf8Size;
        return size;
    }

    public static int SizeOf(ReadOnlySpan<string> names, ReadOnlySpan<StatesValue> values)
    {
        var size = 2 + Math.Max(0, names.Length - 1);
        for (var i = 0; i < names.Length; i++)
            size += SizeOf(names[i]) + 1 + values[i].Utf8Size;
        return size;
    }

    /// <summary>Returns the nesting depth of an array or object with these items.</summary>
    public static int DepthOf(ReadOnlySpan<StatesValue> items)
    {
        var deepest = 0;
        foreach (var item in items)
            deepest = Math.Max(deepest, item.Depth);
        return deepest + 1;
    }

    /// <summary>
    /// Quotes a string, escaping only the characters that JSON requires to be escaped. Lone surrogates become U+FFFD.
    /// </summary>
    public static string Quote(string text)
    {
        var result = new StringBuilder(text.Length + 8).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                '\b' => result.Append("\\b"),
                '\f' => result.Append("\\f"),
                < ' ' => result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ when char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) => result.Append(c).Append(text[++i]),
                _ when char.IsSurrogate(c) => result.Append('\ufffd'),
                _ => result.Append(c),
            };
        }

        return result.Append('"').ToString();
    }
}
