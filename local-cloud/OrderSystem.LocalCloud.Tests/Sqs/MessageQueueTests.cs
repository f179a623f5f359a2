using Microsoft.Extensions.Time.Testing;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Tests.Sqs;

public sealed class MessageQueueTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("queues-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_received_message_is_counted_and_hidden_for_its_visibility_timeout()
    {
        await using var queue = Queue();
        await queue.SendAsync("one");
        var first = Assert.Single(await ReceiveAsync(queue));
        Assert.Equal(1, first.ReceiveCount);
        Assert.Empty(await ReceiveAsync(queue));
        Assert.Equal((0, 1, 0), queue.Count());
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((1, 0, 0), queue.Count());
        Assert.Equal(2, Assert.Single(await ReceiveAsync(queue)).ReceiveCount);
    }

    [Fact]
    public async Task Without_a_visibility_timeout_a_receive_returns_each_message_once()
    {
        await using var queue = Queue();
        await queue.SendAsync("one");
        await queue.SendAsync("two");
        var received = await queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.Zero, CancellationToken);
        Assert.Equal([("one", 1), ("two", 1)], received.Select(message => (message.Body, message.ReceiveCount)));
        Assert.Equal((2, 0, 0), queue.Count());
    }

    [Fact]
    public async Task A_deleted_message_stays_deleted_and_an_old_handle_deletes_nothing()
    {
        await using var queue = Queue();
        await queue.SendAsync("one");
        var oldHandle = (await ReceiveAsync(queue)).Single().ReceiptHandle!;
        _time.Advance(TimeSpan.FromSeconds(30));
        var newHandle = (await ReceiveAsync(queue)).Single().ReceiptHandle!;
        await queue.DeleteAsync(oldHandle);
        Assert.Equal((0, 1, 0), queue.Count());
        await queue.DeleteAsync(newHandle);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task A_message_is_delayed_by_its_own_or_the_queue_delay()
    {
        await using var queue = Queue(new QueueAttributes { Delay = TimeSpan.FromSeconds(5) });
        await queue.SendAsync("queue's");
        await queue.SendAsync("own", delay: TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0, 2), queue.Count());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("own", Assert.Single(await ReceiveAsync(queue)).Body);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("queue's", Assert.Single(await ReceiveAsync(queue)).Body);
    }

    [Fact]
    public async Task A_visibility_timeout_of_zero_makes_a_message_visible_at_once()
    {
        await using var queue = Queue();
        await queue.SendAsync("one");
        var received = (await ReceiveAsync(queue)).Single();
        Assert.True(await queue.ChangeVisibilityAsync(received.ReceiptHandle!, TimeSpan.Zero));
        Assert.Single(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task A_late_consumer_can_still_hide_its_message()
    {
        await using var queue = Queue(new QueueAttributes { VisibilityTimeout = TimeSpan.FromSeconds(1) });
        await queue.SendAsync("one");
        var received = (await ReceiveAsync(queue)).Single();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await queue.ChangeVisibilityAsync(received.ReceiptHandle!, TimeSpan.FromSeconds(20)));
        Assert.Empty(await ReceiveAsync(queue));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Single(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task The_receipt_handle_of_an_earlier_receive_changes_the_visibility()
    {
        await using var queue = Queue(new QueueAttributes { VisibilityTimeout = TimeSpan.FromSeconds(1) });
        await queue.SendAsync("one");
        var earlier = (await ReceiveAsync(queue)).Single().ReceiptHandle!;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(await ReceiveAsync(queue));
        Assert.True(await queue.ChangeVisibilityAsync(earlier, TimeSpan.Zero));
        Assert.Single(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task The_visibility_of_a_deleted_message_cannot_be_changed()
    {
        await using var queue = Queue();
        await queue.SendAsync("one");
        var handle = (await ReceiveAsync(queue)).Single().ReceiptHandle!;
        await queue.DeleteAsync(handle);
        Assert.False(await queue.ChangeVisibilityAsync(handle, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_long_poll_returns_as_a_message_arrives()
    {
        await using var queue = Queue();
        var poll = queue.ReceiveAsync(10, null, TimeSpan.FromSeconds(20), CancellationToken);
        Assert.False(poll.IsCompleted);
        await queue.SendAsync("one");
        Assert.Equal("one", Assert.Single(await poll).Body);
    }

    [Fact]
    public async Task A_long_poll_ends_empty_after_its_wait()
    {
        await using var queue = Queue();
        var poll = queue.ReceiveAsync(10, null, TimeSpan.FromSeconds(2), CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(await poll);
    }

    [Fact]
    public async Task A_long_poll_sees_a_message_become_visible_again()
    {
        await using var queue = Queue(new QueueAttributes { VisibilityTimeout = TimeSpan.FromSeconds(3) });
        await queue.SendAsync("one");
        await ReceiveAsync(queue);
        var poll = queue.ReceiveAsync(10, null, TimeSpan.FromSeconds(20), CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, Assert.Single(await poll).ReceiveCount);
    }

    [Fact]
    public async Task After_the_maximum_receives_a_message_moves_to_the_dead_letter_queue()
    {
        await using var dead = Queue(name: "dead");
        await using var queue = Queue(new QueueAttributes().With([KeyValuePair.Create("RedrivePolicy", """{"deadLetterTargetArn":"arn:dead","maxReceiveCount":"2"}""")]), find: _ => dead);
        var id = await queue.SendAsync("poison");
        var sentAt = _time.GetUtcNow();
        for (var receive = 0; receive < 2; receive++)
        {
            Assert.Single(await ReceiveAsync(queue));
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Empty(await ReceiveAsync(queue));
        Assert.Equal((0, 0, 0), queue.Count());
        var buried = Assert.Single(await ReceiveAsync(dead));
        Assert.Equal("poison", buried.Body);
        Assert.Equal("arn:queue", buried.DeadLetterSourceArn);
        Assert.Equal((id, sentAt, 3), (buried.Id, buried.SentAt, buried.ReceiveCount));
    }

    [Fact]
    public async Task A_message_stays_receivable_when_the_dead_letter_queue_is_missing()
    {
        await using var queue = Queue(new QueueAttributes().With([KeyValuePair.Create("RedrivePolicy", """{"deadLetterTargetArn":"arn:deleted","maxReceiveCount":"1"}""")]));
        await queue.SendAsync("precious");
        for (var receive = 1; receive <= 3; receive++)
        {
            Assert.Equal(receive, Assert.Single(await ReceiveAsync(queue)).ReceiveCount);
            _time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_message_that_could_not_be_moved_is_moved_later()
    {
        var dead = Queue(name: "dead", durable: true);
        await using var queue = Queue(new QueueAttributes().With([KeyValuePair.Create("RedrivePolicy", """{"deadLetterTargetArn":"arn:dead","maxReceiveCount":"1"}""")]), find: _ => dead);
        await queue.SendAsync("poison");
        await ReceiveAsync(queue);
        _time.Advance(TimeSpan.FromSeconds(30));
        await dead.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(queue));
        dead = Queue(name: "dead", durable: true);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(await ReceiveAsync(queue));
        Assert.Equal("poison", Assert.Single(await ReceiveAsync(dead)).Body);
        Assert.Equal((0, 0, 0), queue.Count());
        await dead.DisposeAsync();
    }

    [Fact]
    public async Task Messages_older_than_the_retention_period_are_deleted()
    {
        await using var queue = Queue(new QueueAttributes { RetentionPeriod = TimeSpan.FromMinutes(1) });
        await queue.SendAsync("old");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0, 0), queue.Count());
        Assert.Empty(await ReceiveAsync(queue));
    }

    [Fact]
    public async Task A_durable_queue_stores_messages_receives_and_deletions()
    {
        await using (var queue = Queue(durable: true))
        {
            await queue.SendAsync("kept");
            await queue.SendAsync("deleted");
            var received = await ReceiveAsync(queue);
            await queue.DeleteAsync(received.Single(message => message.Body == "deleted").ReceiptHandle!);
        }

        await using var again = Queue(durable: true);
        Assert.Empty(await ReceiveAsync(again));
        _time.Advance(TimeSpan.FromSeconds(30));
        var kept = Assert.Single(await ReceiveAsync(again));
        Assert.Equal(("kept", 2), (kept.Body, kept.ReceiveCount));
    }

    [Fact]
    public async Task A_line_torn_by_a_kill_is_dropped_and_the_journal_continues()
    {
        await using (var queue = Queue(durable: true))
            await queue.SendAsync("whole");
        await File.AppendAllTextAsync(Path.Combine(_folder, "queue.journal"), "{\"id\":\"torn", CancellationToken);
        await using (var queue = Queue(durable: true))
            await queue.SendAsync("after");
        await using var again = Queue(durable: true);
        Assert.Equal(["whole", "after"], (await ReceiveAsync(again)).Select(message => message.Body));
    }

    [Fact]
    public async Task The_journal_is_compacted_to_the_remaining_messages()
    {
        await using (var queue = Queue(durable: true))
        {
            await queue.SendAsync("stays", delay: TimeSpan.FromMinutes(10));
            for (var round = 0; round < 400; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 10).Select(i => queue.SendAsync($"{i}")));
                foreach (var message in await ReceiveAsync(queue))
                    await queue.DeleteAsync(message.ReceiptHandle!);
            }
        }

        Assert.True(File.ReadLines(Path.Combine(_folder, "queue.journal")).Count() < 10_010);
        await using var again = Queue(durable: true);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("stays", Assert.Single(await ReceiveAsync(again)).Body);
    }

    [Theory]
    [InlineData("VisibilityTimeout", "43201")]
    [InlineData("DelaySeconds", "x")]
    [InlineData("RedrivePolicy", "{")]
    [InlineData("RedrivePolicy", "{}")]
    [InlineData("NoSuchThing", "1")]
    public void Attributes_out_of_range_are_refused(string name, string value) =>
        Assert.Throws<AwsServiceException>(() => new QueueAttributes().With([KeyValuePair.Create(name, value)]));

    private MessageQueue Queue(QueueAttributes? attributes = null, string name = "queue", Func<string, MessageQueue?>? find = null, bool durable = false) =>
        new(name, $"arn:{name}", attributes ?? new QueueAttributes(), _time, find ?? (_ => null), durable ? Path.Combine(_folder, $"{name}.journal") : null);

    private static Task<IReadOnlyList<Message>> ReceiveAsync(MessageQueue queue) => queue.ReceiveAsync(10, null, TimeSpan.Zero, CancellationToken);
}
