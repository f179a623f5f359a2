using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Failures;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>Stores dead-letter messages as rows of the table <c>messages</c>. Each message is also logged as an error.</summary>
/// <param name="database">The database that holds the messages.</param>
/// <param name="time">Provides the time at which a message is sent.</param>
/// <param name="logger">Logs each message.</param>
public sealed class DeadLetterQueue(EmbeddedDatabase database, TimeProvider time, ILogger<DeadLetterQueue> logger)
{
    /// <summary>Stores a message. When the task completes, the message is on disk.</summary>
    /// <exception cref="OrderSystem.Core.Orders.StoreUnavailableException">
    /// The message could not be written to the database.
    /// </exception>
    public Task SendAsync(string queue, string body, CancellationToken cancellationToken) => SendAsync(queue, body, told: body, cancellationToken);

    /// <summary>Stores a message in the current transaction, unless a message about the execution is already stored.</summary>
    internal void Park(Session session, string queue, string execution, string body)
    {
        if (session.First("SELECT 1 FROM messages WHERE instr(body, ?1) > 0", row => row.GetInt32(0), $"\"{execution}\"") == 1)
            return;
        Insert(session, queue, body);
        session.AtEnd(failure =>
        {
            if (failure is null)
                Log.Parked(logger, queue, body);
        });
    }

    /// <summary>Creates an on-failure destination that sends to a queue.</summary>
    public IOnFailureDestination Destination(string queue) => new OnFailure(this, queue);

    private async Task SendAsync(string queue, string body, string told, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => Insert(session, queue, body), cancellationToken);
        Log.Parked(logger, queue, told);
    }

    private int Insert(Session session, string queue, string body) =>
        session.Execute("INSERT INTO messages (queue, body, sent) VALUES (?1, ?2, ?3)", queue, body, time.GetUtcNow().UtcTicks);

    // Logs may be sent to other systems, so a log message must not contain the payload.
    private static string WithoutPayload(ReadOnlyMemory<byte> record)
    {
        var message = JsonNode.Parse(record.Span)!.AsObject();
        message.Remove("payload");
        return message.ToJsonString();
    }

    private sealed class OnFailure(DeadLetterQueue deadLetters, string queue) : IOnFailureDestination
    {
        // The change log deletes processed records, including discarded ones, so the message must contain the records.
        public bool TakesPayload => true;

        public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
            deadLetters.SendAsync(queue, Encoding.UTF8.GetString(record.Span), WithoutPayload(record), cancellationToken);
    }
}
