using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs.MoveTasks;

/// <summary>The states of a message move task. See "ListMessageMoveTasks" in the SQS API Reference.</summary>
internal enum MessageMoveTaskStatus
{
    Running,
    Completed,
    Cancelling,
    Cancelled,
    Failed,
}

/// <summary>
/// Moves the messages of a dead-letter queue to another queue or back to the queues from which they came. A moved message gets a
/// new id, age and receive count. See "StartMessageMoveTask" in the SQS API Reference.
/// </summary>
internal sealed class MessageMoveTask
{
    /// <summary>
    /// How long a message is invisible while it is moved. If LocalCloud stops in between, the message stays in the dead-letter
    /// queue and becomes visible again.
    /// </summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(30);

    private readonly Guid _id = Guid.NewGuid();
    private readonly MessageQueue _source;
    private readonly Func<string, MessageQueue?> _findByArn;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();

    public MessageMoveTask(MessageQueue source, string? destinationArn, int? perSecond, Func<string, MessageQueue?> findByArn, TimeProvider time)
    {
        (_source, DestinationArn, PerSecond, _findByArn, _time) = (source, destinationArn, perSecond, findByArn, time);
        StartedAt = time.GetUtcNow();
        var (visible, inFlight, delayed) = source.Count();
        ToMove = visible + inFlight + delayed;
    }

    public string SourceArn => _source.Arn;

    /// <summary>The queue that receives the messages; null if each message returns to the queue from which it came.</summary>
    public string? DestinationArn { get; }

    /// <summary>The maximum number of messages to move per second; null if there is no limit.</summary>
    public int? PerSecond { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>The number of messages in the dead-letter queue when the task started.</summary>
    public int ToMove { get; }

    public int Moved { get; private set; }

    public MessageMoveTaskStatus Status { get; private set; } = MessageMoveTaskStatus.Running;

    /// <summary>Why the task failed; null if it has not failed.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>The value that identifies the task in <c>CancelMessageMoveTask</c>.</summary>
    public string Handle => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
        new JsonObject { ["taskId"] = _id.ToString(), ["sourceArn"] = SourceArn }.ToJsonString()));

    public bool IsActive => Status is MessageMoveTaskStatus.Running or MessageMoveTaskStatus.Cancelling;

    /// <summary>Asks the task to stop after the message that it is moving.</summary>
    /// <returns>Whether the task was running.</returns>
    public bool TryCancel()
    {
        lock (_gate)
        {
            if (Status != MessageMoveTaskStatus.Running)
                return false;
            Status = MessageMoveTaskStatus.Cancelling;
            return true;
        }
    }

    /// <summary>Moves messages until the dead-letter queue is empty, or the task is cancelled or fails.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (Status == MessageMoveTaskStatus.Running && await MoveNextAsync(stopping))
            {
                if (PerSecond is { } limit)
                    await Task.Delay(TimeSpan.FromSeconds(1) / limit, _time, stopping);
            }

            End(MessageMoveTaskStatus.Completed);
        }
        catch (OperationCanceledException)
        {
            End(MessageMoveTaskStatus.Cancelled);
        }
        catch (Exception error) when (error is AwsServiceException or IOException)
        {
            FailureReason = error is AwsServiceException { Code: var code } ? code : error.Message;
            End(MessageMoveTaskStatus.Failed);
        }
    }

    private void End(MessageMoveTaskStatus status)
    {
        lock (_gate)
            Status = Status == MessageMoveTaskStatus.Cancelling && status == MessageMoveTaskStatus.Completed ? MessageMoveTaskStatus.Cancelled : status;
    }

    // Send the message to its destination before deleting it here: a crash in between duplicates the message, but does not lose it.
    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (await _source.ReceiveAsync(1, Hidden, TimeSpan.Zero, cancellationToken) is not [var message])
            return false;
        var target = DestinationArn ?? message.DeadLetterSourceArn;
        if (target is null || _findByArn(target) is not { } destination)
        {
            await _source.ChangeVisibilityAsync(message.ReceiptHandle!, TimeSpan.Zero);
            throw new AwsServiceException(target is null ? "CouldNotDetermineMessageSource" : "AWS.SimpleQueueService.NonExistentQueue", "The message can't be moved.");
        }

        await destination.SendAsync(message.Body, message.Attributes?.DeepClone().AsObject(), traceHeader: message.TraceHeader);
        await _source.DeleteAsync(message.ReceiptHandle!);
        Moved++;
        return true;
    }
}
