using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Queues;

namespace OrderSystem.EventSources.Testing;

/// <summary>An in-memory queue with a visibility timeout and a redrive policy.</summary>
/// <param name="time">The clock for visibility timeouts and waits.</param>
public sealed class ScriptedQueue(TimeProvider time) : IQueueReader
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly List<Entry> _entries = [];
    private int _ids;

    private sealed class Entry(string id, string body)
    {
        public string Id { get; } = id;

        public string Body { get; } = body;

        public DateTimeOffset VisibleAt { get; set; }

        public int Receives { get; set; }
    }

    /// <inheritdoc/>
    public TimeSpan VisibilityTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of receives after which a message becomes a dead-letter message.</summary>
    public int MaxReceiveCount { get; set; } = int.MaxValue;

    /// <summary>The bodies of the dead-letter messages.</summary>
    public IList<string> DeadLetters { get; } = [];

    /// <summary>The highest number of times that a single message was received.</summary>
    public int MostReceives { get; private set; }

    /// <summary>The number of receive calls that are waiting for a message.</summary>
    public int Receiving { get; private set; }

    /// <summary>The bodies of the messages in the queue.</summary>
    public IEnumerable<string> Bodies => _entries.Select(entry => entry.Body);

    /// <summary>Sends messages with the given bodies.</summary>
    public void Send(params string[] bodies)
    {
        foreach (var body in bodies)
            _entries.Add(new Entry($"m-{++_ids}", body) { VisibleAt = time.GetUtcNow() });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int maximum, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + wait;
        Receiving++;
        try
        {
            while (true)
            {
                var taken = Take(maximum);
                if (taken.Count > 0 || time.GetUtcNow() >= until)
                    return taken;
                await Task.Delay(Poll, time, cancellationToken);
            }
        }
        finally
        {
            Receiving--;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyList<QueueMessage> messages)
    {
        _entries.RemoveAll(entry => messages.Any(message => message.MessageId == entry.Id));
        return Task.CompletedTask;
    }

    private List<QueueMessage> Take(int maximum)
    {
        var taken = new List<QueueMessage>();
        foreach (var entry in _entries.Where(entry => entry.VisibleAt <= time.GetUtcNow()).ToList())
        {
            if (entry.Receives >= MaxReceiveCount)
            {
                _entries.Remove(entry);
                DeadLetters.Add(entry.Body);
                continue;
            }

            if (taken.Count == maximum)
                break;
            MostReceives = Math.Max(MostReceives, ++entry.Receives);
            entry.VisibleAt = time.GetUtcNow() + VisibilityTimeout;
            taken.Add(new QueueMessage(entry.Id, $"{entry.Id}/{entry.Receives}", entry.Body,
                Encoding.UTF8.GetBytes(new JsonObject { ["messageId"] = entry.Id, ["body"] = entry.Body, ["eventSource"] = "aws:sqs" }.ToJsonString())));
        }

        return taken;
    }
}
