using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>
/// The partitions of the index of orders by status, such as <c>Pending#7</c>. DynamoDB limits each to 1,000 write units a second,
/// so one partition for a status would limit the whole system.
/// </summary>
internal static class StatusShards
{
    /// <summary>
    /// How many partitions a status has. A greater number loses nothing: each entry stays in its partition, which is still read,
    /// until its order changes. A smaller number hides entries.
    /// </summary>
    public const int Count = 16;

    /// <summary>The attribute that is the index's partition key.</summary>
    public const string Attribute = "statusShard";

    /// <summary>The partition key of an order in a status.</summary>
    public static string Key(OrderStatus status, string orderId) => Key(status, Of(orderId, Count));

    /// <summary>The key of one partition of a status.</summary>
    public static string Key(OrderStatus status, int shard) => $"{status}#{shard}";

    /// <summary>An order's partition, the same in every process.</summary>
    public static int Of(string orderId, int count) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(orderId))) % (uint)count);
}
