using System.Text;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>One request, as bytes on a connection of its own.</summary>
/// <param name="Number">The number that, with the seed, determines the request.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Cuts">The positions after which the bytes are sent separately.</param>
/// <param name="IsWhole">Whether the server has everything that it needs for a response, so that waiting for more would be a hang.</param>
internal sealed record HostileRequest(int Number, byte[] Bytes, IReadOnlyList<int> Cuts, bool IsWhole)
{
    private const int Shown = 1_500;

    /// <summary>The start of the request, with escapes for everything that is not printable.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var value in Bytes.AsSpan(0, Math.Min(Bytes.Length, Shown)))
            _ = value is >= 32 and < 127 ? text.Append((char)value) : value == '\n' ? text.Append('\n') : value == '\r' ? text : text.Append($"\\x{value:x2}");
        return Bytes.Length > Shown ? $"{text}… ({Bytes.Length} bytes)" : text.ToString();
    }
}
