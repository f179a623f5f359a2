using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>
/// The partitions of the index that lists orders by status, such as <c>Pending#7</c>. DynamoDB limits each partition to
/// 1,000 write units a second, so a single partition for each status would limit the throughput of the whole system.
/// </summary>
internal static class StatusShards
{
    /// <summary>
    /// The number of partitions for each status. The number can be increased: existing entries stay in their
    /// partitions, which are still read. The number must not be decreased, because entries in the removed partitions
    /// would not be found.
    /// </summary>
    public const int Count = 16;

    /// <summary>The attribute that is the index's partition key.</summary>
    public const string Attribute = "statusShard";

    /// <summary>Returns the index's partition key for an order that has the given status.</summary>
    public static string Key(OrderStatus status, string orderId) => Key(status, Of(orderId, Count));

    /// <summary>Returns the index's partition key for one partition of a status.</summary>
    public static string Key(OrderStatus status, int shard) => $"{status}#{shard}";

    /// <summary>Returns the number of an order's partition. Every process computes the same number.</summary>
    public static int Of(string orderId, int count) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(orderId))) % (uint)count);
}
