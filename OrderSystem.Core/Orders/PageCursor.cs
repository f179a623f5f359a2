using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Orders;

/// <summary>
/// Writes a place in a list as an opaque text that is valid only for the query it came from. A checksum tells a damaged
/// cursor; it keeps no secret, so one that was made up leads to nothing but another place in the same list.
/// </summary>
public static class PageCursor
{
    private const int ChecksumBytes = 8;

    /// <summary>Writes a position.</summary>
    public static string Write(PagePosition position, string? customerId, OrderStatus? status)
    {
        var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{position.CreatedAt.UtcTicks}|{position.OrderId}"));
        return Base64Url.EncodeToString([.. Checksum(body, customerId, status), .. body]);
    }

    /// <summary>Reads a position; false where the cursor was not written for this query.</summary>
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
