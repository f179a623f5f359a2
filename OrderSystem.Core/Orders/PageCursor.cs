using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Orders;

/// <summary>
/// Encodes a position in a list as an opaque cursor that is valid only for the same query. A checksum detects damaged
/// cursors. The checksum does not prevent forgery, which is harmless: a forged cursor only leads to another place in the
/// same list.
/// </summary>
public static class PageCursor
{
    private const int ChecksumBytes = 8;

    /// <summary>Encodes a position as a cursor.</summary>
    public static string Write(PagePosition position, string? customerId, OrderStatus? status)
    {
        var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{position.CreatedAt.UtcTicks}|{position.OrderId}"));
        return Base64Url.EncodeToString([.. Checksum(body, customerId, status), .. body]);
    }

    /// <summary>Decodes a cursor; returns false if the cursor is damaged or belongs to another query.</summary>
    public static bool TryRead(string cursor, string? customerId, OrderStatus? status, out PagePosition position)
    {
        position = default!;
        if (cursor.Length > 512 || !Base64Url.IsValid(cursor))
            return false;
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length <= ChecksumBytes || Base64Url.EncodeToString(bytes) != cursor)
            return false;
        var body = bytes.AsSpan(ChecksumBytes);
        if (!bytes.AsSpan(0, ChecksumBytes).SequenceEqual(Checksum(body, customerId, status)))
            return false;
        if (Encoding.UTF8.GetString(body).Split('|') is not [var ticks, var orderId]
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var utcTicks)
            || utcTicks > DateTimeOffset.MaxValue.UtcTicks
            || !OrderRules.IsOrderId(orderId))
            return false;
        position = new PagePosition(new DateTimeOffset(utcTicks, TimeSpan.Zero), orderId);
        return true;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> body, string? customerId, OrderStatus? status)
    {
        var query = Encoding.UTF8.GetBytes($"1|{customerId}|{status}|");
        return SHA256.HashData([.. query, .. body])[..ChecksumBytes];
    }
}
