using System.Text;
using OrderSystem.EventSources.Failures;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// A queue as an on-failure destination. The queue is looked up for each record, because it may be created after the
/// mapping.
/// </summary>
internal sealed class QueueDestination(QueueRegistry queues, string queueArn) : IOnFailureDestination
{
    public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var queue = queues.FindByArn(queueArn) ?? throw new InvalidOperationException($"The on-failure destination {queueArn} does not exist.");
        return queue.SendAsync(Encoding.UTF8.GetString(record.Span));
    }
}
