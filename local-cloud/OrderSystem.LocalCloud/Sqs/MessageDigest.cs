using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// Computes the MD5 digests with which clients verify a message. See "Amazon SQS message metadata" in the SQS Developer Guide.
/// </summary>
[SuppressMessage("Security", "CA5351:Do not use broken cryptographic algorithms", Justification = "A checksum that the protocol requires, not a security measure")]
internal static class MessageDigest
{
    public static string OfBody(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));

    public static string OfAttributes(JsonObject attributes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var (name, value) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            var type = (string?)value!["DataType"] ?? "String";
            Append(hash, Encoding.UTF8.GetBytes(name));
            Append(hash, Encoding.UTF8.GetBytes(type));
            var binary = type.StartsWith("Binary", StringComparison.Ordinal);
            hash.AppendData([(byte)(binary ? 2 : 1)]);
            Append(hash, binary ? Convert.FromBase64String((string)value["BinaryValue"]!) : Encoding.UTF8.GetBytes((string)value["StringValue"]!));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The size that attributes add to a message, in bytes: names, types and values.</summary>
    public static int SizeOf(JsonObject? attributes) => attributes?.Sum(attribute =>
        Encoding.UTF8.GetByteCount(attribute.Key)
        + attribute.Value!.AsObject()
            .Sum(member => member.Key == "BinaryValue" ? Convert.FromBase64String((string)member.Value!).Length
                : Encoding.UTF8.GetByteCount((string?)member.Value ?? ""))) ?? 0;

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}
