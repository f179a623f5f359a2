using System.Text;

namespace OrderSystem.CrashTests.Hostile;

/// <summary>One hostile request, which is sent on its own connection.</summary>
/// <param name="Number">The request's number. The seed and this number determine the request.</param>
/// <param name="Bytes">The bytes.</param>
/// <param name="Cuts">The positions at which the bytes are divided into parts that are sent separately.</param>
/// <param name="IsWhole">Whether the server must respond within the time limit, because the request is complete and is
/// not a long poll.</param>
internal sealed record HostileRequest(int Number, byte[] Bytes, IReadOnlyList<int> Cuts, bool IsWhole)
{
    private const int Shown = 1_500;

    /// <summary>Returns the start of the request, with escapes for bytes that are not printable.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var value in Bytes.AsSpan(0, Math.Min(Bytes.Length, Shown)))
            _ = value is >= 32 and < 127 ? text.Append((char)value) : value == '\n' ? text.Append('\n') : value == '\r' ? text : text.Append($"\\x{value:x2}");
        return Bytes.Length > Shown ? $"{text}… ({Bytes.Length} bytes)" : text.ToString();
    }
}
