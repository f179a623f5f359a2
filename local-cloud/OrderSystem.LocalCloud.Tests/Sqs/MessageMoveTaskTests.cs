using Microsoft.Extensions.Time.Testing;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.LocalCloud.Sqs.MoveTasks;

namespace OrderSystem.LocalCloud.Tests.Sqs;

/// <summary>Tests how a message move task moves messages, with a fake clock.</summary>
public sealed class MessageMoveTaskTests : IAsyncDisposable
{
    private const string OrdersArn = "arn:aws:sqs:us-east-1:000000000000:orders";
    private const string DeadArn = "arn:aws:sqs:us-east-1:000000000000:dead";
    private const string OtherArn = "arn:aws:sqs:us-east-1:000000000000:other";

    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, MessageQueue> _queues = [];

    public MessageMoveTaskTests()
    {
        Add(DeadArn, new QueueAttributes());
        Add(OtherArn, new QueueAttributes());
        Add(OrdersArn, new QueueAttributes { DeadLetterTargetArn = DeadArn, MaxReceiveCount = 1 });
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values)
            await queue.DisposeAsync();
    }

    [Fact]
    public async Task Messages_return_to_the_queue_from_which_they_came_as_new_messages()
    {
        var ids = await DieAsync("one", "two");
        var task = await RunAsync(destination: null);
        Assert.Equal((MessageMoveTaskStatus.Completed, 2, 2), (task.Status, task.Moved, task.ToMove));
        Assert.Equal((0, 0, 0), _queues[DeadArn].Count());
        var returned = await _queues[OrdersArn].ReceiveAsync(10, null, TimeSpan.Zero, CancellationToken);
        Assert.Equal(["one", "two"], returned.Select(message => message.Body).Order());
        Assert.All(returned, message => Assert.Equal(1, message.ReceiveCount));
        Assert.Empty(returned.Select(message => message.Id).Intersect(ids));
    }

    [Fact]
    public async Task Messages_go_to_the_given_destination()
    {
        await DieAsync("one");
        var task = await RunAsync(OtherArn);
        Assert.Equal(MessageMoveTaskStatus.Completed, task.Status);
        Assert.Equal((1, 0, 0), _queues[OtherArn].Count());
        Assert.Equal((0, 0, 0), _queues[OrdersArn].Count());
    }

    [Fact]
    public async Task A_message_that_was_sent_to_the_dead_letter_queue_itself_fails_the_task_and_stays()
    {
        await _queues[DeadArn].SendAsync("by hand");
        var task = await RunAsync(destination: null);
        Assert.Equal((MessageMoveTaskStatus.Failed, "CouldNotDetermineMessageSource", 0), (task.Status, task.FailureReason, task.Moved));
        Assert.Equal((1, 0, 0), _queues[DeadArn].Count());
    }

    [Fact]
    public async Task A_destination_that_no_longer_exists_fails_the_task_and_the_message_stays()
    {
        await DieAsync("one");
        var task = await RunAsync("arn:aws:sqs:us-east-1:000000000000:gone");
        Assert.Equal((MessageMoveTaskStatus.Failed, "AWS.SimpleQueueService.NonExistentQueue"), (task.Status, task.FailureReason));
        Assert.Equal((1, 0, 0), _queues[DeadArn].Count());
    }

    [Fact]
    public async Task A_task_with_a_rate_moves_one_message_after_the_other_until_it_is_cancelled()
    {
        await DieAsync("one", "two", "three");
        var task = new MessageMoveTask(_queues[DeadArn], null, perSecond: 2, _queues.GetValueOrDefault, _time);
        var run = task.RunAsync(CancellationToken);
        Assert.Equal(1, task.Moved);
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(1, task.Moved);
        Assert.True(task.TryCancel());
        Assert.Equal(MessageMoveTaskStatus.Cancelling, task.Status);
        Assert.False(task.TryCancel());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await run;
        Assert.Equal((MessageMoveTaskStatus.Cancelled, 1), (task.Status, task.Moved));
        Assert.Equal((2, 0, 0), _queues[DeadArn].Count());
    }

    private void Add(string arn, QueueAttributes attributes) => _queues[arn] = new MessageQueue(arn.Split(':')[^1], arn, attributes, _time, _queues.GetValueOrDefault);

    private async Task<MessageMoveTask> RunAsync(string? destination)
    {
        var task = new MessageMoveTask(_queues[DeadArn], destination, perSecond: null, _queues.GetValueOrDefault, _time);
        await task.RunAsync(CancellationToken);
        return task;
    }

    /// <summary>Sends messages to the orders queue, and receives them until the redrive policy has moved them.</summary>
    /// <returns>The ids of the messages.</returns>
    private async Task<List<string>> DieAsync(params string[] bodies)
    {
        var ids = new List<string>();
        foreach (var body in bodies)
            ids.Add(await _queues[OrdersArn].SendAsync(body));
        for (var receive = 0; receive < 2; receive++)
            await _queues[OrdersArn].ReceiveAsync(10, TimeSpan.Zero, TimeSpan.Zero, CancellationToken);
        Assert.Equal((bodies.Length, 0, 0), _queues[DeadArn].Count());
        return ids;
    }
}
