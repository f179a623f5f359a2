using System.Text.Json;
using OrderSystem.EventSources.Queues;

namespace OrderSystem.Tests.EventSources.Simulation;

/// <summary>A queue in memory with a visibility timeout and a redrive policy.</summary>
internal sealed class ScriptedQueue(TimeProvider time) : IQueueReader
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

    public TimeSpan VisibilityTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public int MaxReceiveCount { get; set; } = int.MaxValue;

    public List<string> DeadLetters { get; } = [];

    /// <summary>How often the message was received that was received most.</summary>
    public int MostReceives { get; private set; }

    /// <summary>Receives that wait for a message.</summary>
    public int Receiving { get; private set; }

    public IEnumerable<string> Bodies => _entries.Select(entry => entry.Body);

    public void Send(params string[] bodies)
    {
        foreach (var body in bodies)
            _entries.Add(new Entry($"m-{++_ids}", body) { VisibleAt = time.GetUtcNow() });
    }

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
                JsonSerializer.SerializeToUtf8Bytes(new { messageId = entry.Id, body = entry.Body, eventSource = "aws:sqs" })));
        }

        return taken;
    }
}
