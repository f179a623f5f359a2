using System.Text.Json;

namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Writes the members of Step Functions responses.</summary>
internal static class AnswerWriting
{
    /// <summary>Writes a time as AWS JSON does: in seconds since 1970, with milliseconds.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, string member, DateTimeOffset time) =>
        writer.WriteNumber(member, time.ToUnixTimeMilliseconds() / 1000m);

    /// <summary>Writes a string member. Writes nothing if the string is null.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string member, string? text)
    {
        if (text is not null)
            writer.WriteString(member, text);
    }

    /// <summary>Writes one page of a list, and the token of the next page if there is one.</summary>
    public static void WritePage<T>(this Utf8JsonWriter writer, string member, IReadOnlyList<T> items, int maxResults, string? nextToken, Action<T> write)
    {
        var start = PageToken.Read(nextToken, items.Count);
        var end = Math.Min(items.Count, start + maxResults);
        writer.WriteStartArray(member);
        for (var i = start; i < end; i++)
        {
            writer.WriteStartObject();
            write(items[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (end < items.Count)
            writer.WriteString("nextToken", PageToken.Of(items.Count - end));
    }
}
