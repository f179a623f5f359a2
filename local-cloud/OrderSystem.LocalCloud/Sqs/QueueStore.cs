using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>Stores a queue's messages in a journal, which has one line for each message sent, received or deleted.</summary>
internal sealed class QueueStore : IAsyncDisposable
{
    private const int LinesBeforeCompaction = 10_000;

    private readonly Journal _journal;
    private readonly Func<IReadOnlyCollection<Message>> _live;

    private QueueStore(string path, Func<IReadOnlyCollection<Message>> live, Func<int> count, Action<ReadOnlySpan<byte>> replay)
    {
        _live = live;
        _journal = Journal.Open(path, replay, Compact, () => LinesBeforeCompaction + 2 * count());
    }

    /// <summary>The reason why the journal can't be written; null if it can be written.</summary>
    public Exception? Failure => _journal.Failure;

    /// <summary>Opens the journal and reads the queue's messages.</summary>
    /// <param name="path">The path of the journal.</param>
    /// <param name="live">A function that returns the queue's current messages. The function is called when the journal is
    /// compacted.</param>
    /// <param name="count">A function that returns the queue's current number of messages.</param>
    /// <param name="messages">The messages that were read, in the order in which they were sent.</param>
    public static QueueStore Open(string path, Func<IReadOnlyCollection<Message>> live, Func<int> count, out IReadOnlyCollection<Message> messages)
    {
        var found = new OrderedDictionary<string, Message>(StringComparer.Ordinal);
        var store = new QueueStore(path, live, count, line =>
        {
            var entry = JsonNode.Parse(line)!;
            if (entry["gone"] is { } gone)
                found.Remove(gone.GetValue<string>());
            else if (entry["received"] is { } received)
                Receive(found, received.GetValue<string>(), entry);
            else
                Add(found, entry);
        });
        messages = found.Values;
        return store;
    }

    public Task SentAsync(Message message) => AppendAsync(writer => Write(writer, message));

    /// <summary>
    /// Records that a message was received, so that the message's receive count still counts towards the redrive policy after a
    /// restart.
    /// </summary>
    public Task ReceivedAsync(Message message) => AppendAsync(writer =>
    {
        writer.WriteString("received", message.Id);
        writer.WriteNumber("count", message.ReceiveCount);
        writer.WriteNumber("visibleAt", message.VisibleAt.ToUnixTimeMilliseconds());
    });

    public Task GoneAsync(string messageId) => AppendAsync(writer => writer.WriteString("gone", messageId));

    public Task PurgedAsync() => _journal.RewriteAsync();

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private Task AppendAsync(Action<Utf8JsonWriter> write) => _journal.AppendAsync(Line(write));

    private ReadOnlyMemory<byte> Compact()
    {
        var content = new ArrayBufferWriter<byte>();
        foreach (var message in _live())
        {
            content.Write(Line(writer => Write(writer, message)).Span);
            content.Write("\n"u8);
        }

        return content.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, Message message)
    {
        writer.WriteString("id", message.Id);
        writer.WriteString("body", message.Body);
        writer.WriteNumber("sentAt", message.SentAt.ToUnixTimeMilliseconds());
        writer.WriteNumber("sequence", message.Sequence);
        writer.WriteNumber("visibleAt", message.VisibleAt.ToUnixTimeMilliseconds());
        writer.WriteNumber("count", message.ReceiveCount);
        if (message.DeadLetterSourceArn is { } source)
            writer.WriteString("source", source);
        if (message.TraceHeader is { } trace)
            writer.WriteString("trace", trace);
        if (message.Attributes is { } attributes)
        {
            writer.WritePropertyName("attributes");
            attributes.WriteTo(writer);
        }
    }

    private static void Add(OrderedDictionary<string, Message> found, JsonNode entry)
    {
        var id = Field(entry, "id").GetValue<string>();
        found[id] = new Message
        {
            Id = id,
            Body = Field(entry, "body").GetValue<string>(),
            SentAt = Time(Field(entry, "sentAt")),
            Sequence = (long)Field(entry, "sequence"),
            VisibleAt = Time(Field(entry, "visibleAt")),
            ReceiveCount = (int)Field(entry, "count"),
            DeadLetterSourceArn = (string?)entry["source"],
            TraceHeader = (string?)entry["trace"],
            Attributes = entry["attributes"]?.DeepClone().AsObject(),
        };
    }

    private static void Receive(OrderedDictionary<string, Message> found, string id, JsonNode entry)
    {
        if (!found.TryGetValue(id, out var message))
            return;
        message.ReceiveCount = (int)Field(entry, "count");
        message.VisibleAt = Time(Field(entry, "visibleAt"));
    }

    private static JsonNode Field(JsonNode entry, string name) => entry[name] ?? throw new FormatException($"A line of the queue's journal lacks the field {name}.");

    private static DateTimeOffset Time(JsonNode milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
}
