using System.Runtime.CompilerServices;
using OrderSystem.Core.Orders;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>
/// Merges the partitions of an index into one list: newest first, and by descending id for orders accepted at the same
/// time. A position in the list does not depend on partitions, so it remains valid when the number of partitions changes.
/// </summary>
/// <typeparam name="TPosition">The type that represents where the next page of a partition starts.</typeparam>
/// <param name="partitions">The number of partitions.</param>
/// <param name="read">Reads a page of a partition.</param>
internal sealed class PartitionMerge<TPosition>(int partitions, PartitionMerge<TPosition>.Reader read)
    where TPosition : class
{
    private static readonly Comparer<Order> NewestFirst = Comparer<Order>.Create((left, right) =>
        right.CreatedAt.CompareTo(left.CreatedAt) is var byTime and not 0 ? byTime : string.CompareOrdinal(right.OrderId, left.OrderId));

    /// <summary>
    /// Reads a page of a partition, newest first. Orders that were accepted at the same time may be returned in any
    /// sequence. No order is returned twice.
    /// </summary>
    /// <param name="partition">The partition's number, from 0.</param>
    /// <param name="after">Where the page starts; null for the first page.</param>
    /// <param name="limit">The maximum number of orders.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The orders, and where the next page starts. <c>Next</c> is null on the last page.</returns>
    public delegate Task<(IReadOnlyList<Order> Orders, TPosition? Next)> Reader(int partition, TPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Reads a page of the merged list.</summary>
    /// <param name="limit">The maximum number of orders.</param>
    /// <param name="after">
    /// The end of the previous page; null for the first page. Orders up to this position that the reader returns are
    /// skipped.
    /// </param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<OrderPage> PageAsync(int limit, PagePosition? after, CancellationToken cancellationToken)
    {
        // The number of a page's orders that come from one partition follows a Poisson distribution. Reading two
        // standard deviations more than the mean makes a second read of a partition rare.
        var share = (double)limit / partitions;
        var size = 2 + (int)(share + (2 * Math.Sqrt(share)));
        var sources = Enumerable.Range(0, partitions)
            .Select(partition => OrdersAsync(partition, size, after, cancellationToken).GetAsyncEnumerator(cancellationToken)).ToList();
        try
        {
            var found = await Task.WhenAll(sources.Select(source => source.MoveNextAsync().AsTask()));
            var heads = new PriorityQueue<IAsyncEnumerator<Order>, Order>(NewestFirst);
            heads.EnqueueRange(sources.Where((_, partition) => found[partition]).Select(source => (source, source.Current)));
            var orders = new List<Order>(limit);
            while (heads.TryDequeue(out var source, out var order))
            {
                // If an order moves to another partition between two reads, both reads may return the order. Skip the
                // duplicate.
                if (orders.Count == 0 || orders[^1].OrderId != order.OrderId)
                {
                    if (orders.Count == limit)
                        return new OrderPage(orders, new PagePosition(orders[^1].CreatedAt, orders[^1].OrderId));
                    orders.Add(order);
                }

                if (await source.MoveNextAsync())
                    heads.Enqueue(source, source.Current);
            }

            return new OrderPage(orders, Next: null);
        }
        finally
        {
            foreach (var source in sources)
                await source.DisposeAsync();
        }
    }

    private async IAsyncEnumerable<Order> OrdersAsync(int partition, int size, PagePosition? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sameInstant = new List<Order>();
        for (TPosition? next = null; ;)
        {
            var (page, end) = await read(partition, next, size, cancellationToken);
            foreach (var order in page)
            {
                if (sameInstant.Count > 0 && sameInstant[0].CreatedAt != order.CreatedAt)
                {
                    foreach (var sorted in Sorted(sameInstant, after))
                        yield return sorted;
                    sameInstant.Clear();
                }

                sameInstant.Add(order);
            }

            if (end is null)
                break;
            next = end;
        }

        foreach (var sorted in Sorted(sameInstant, after))
            yield return sorted;
    }

    private static IEnumerable<Order> Sorted(List<Order> orders, PagePosition? after) => orders
        .Where(order => after is null || order.CreatedAt < after.CreatedAt || (order.CreatedAt == after.CreatedAt && string.CompareOrdinal(order.OrderId, after.OrderId) < 0))
        .Order(NewestFirst);
}
