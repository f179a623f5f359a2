using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>Damages JSON documents.</summary>
internal sealed class HostileJson(Random random)
{
    private static readonly string[] Values =
    [
        "null", "true", "\"\"", "[]", "{}", "0", "-0", "-1", "1.5", "1e400", "-1e-400", "9223372036854775808", "79228162514264337593543950336", "0.00000000000000000000000000001",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\u202e\"", "\"2026-13-45T99:99:99Z\"", "\"../../etc/passwd\"", "\"arn:aws:states:us-east-1:000000000000:stateMachine:\"", "\"' OR 1=1 --\"", "\"{% $ %}\"", "\"$.a[?(@.b)]\"",
        "NaN", "Infinity", "01", "+1", ".5", "1.", "\"\\x\"", "\"", "'a'", "undefined", "/* */ 1", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}",
    ];

    /// <summary>
    /// Returns the document's text, in which some members may be replaced, removed or added, or some bytes may be
    /// damaged.
    /// </summary>
    public byte[] Damage(JsonNode document)
    {
        const string Mark = "\"@hostile@\"";
        var copy = document.DeepClone();
        for (var changes = random.Next(4); changes > 0; changes--)
            Change(copy);
        var text = copy.ToJsonString();
        while (text.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at)
            text = string.Concat(text.AsSpan(0, at), Value(), text.AsSpan(at + Mark.Length));
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(10) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 => Overwritten(bytes),
            2 => [0xEF, 0xBB, 0xBF, .. bytes],
            3 => [.. bytes, .. bytes],
            4 => Encoding.Unicode.GetBytes(text),
            _ => bytes,
        };
    }

    /// <summary>Returns random bytes, which are not JSON.</summary>
    public byte[] Garbage()
    {
        var bytes = new byte[random.Next(3) == 0 ? random.Next(300_000) : random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private void Change(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                var name = members.ElementAt(random.Next(members.Count)).Key;
                if (random.Next(3) > 0 && members[name] is JsonObject or JsonArray)
                    Change(members[name]!);
                else if (random.Next(6) == 0)
                    members.Remove(name);
                else
                    members[random.Next(8) == 0 ? name + "x" : name] = "@hostile@";
                break;
            case JsonArray { Count: > 0 } items:
                if (random.Next(2) == 0 && items[0] is JsonObject or JsonArray)
                    Change(items[0]!);
                else
                    items[0] = "@hostile@";
                break;
        }
    }

    private string Value() => random.Next(12) switch
    {
        0 => $"\"{new string('x', random.Next(100_000))}\"",
        1 => Nested('[', ']'),
        2 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(5_000))) + "1",
        3 => new string('9', random.Next(1, 5_000)),
        4 => $"[{string.Join(',', Enumerable.Range(0, random.Next(5_000)))}]",
        5 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        _ => Values[random.Next(Values.Length)],
    };

    private string Nested(char open, char close)
    {
        var depth = random.Next(3) == 0 ? random.Next(20_000) : random.Next(80);
        return new string(open, depth) + new string(close, depth);
    }

    private byte[] Overwritten(byte[] bytes)
    {
        for (var i = 0; i < 1 + (bytes.Length / 40); i++)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
