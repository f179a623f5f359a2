using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Failures;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>Messages that wait for a person: rows of the table <c>messages</c>, each logged as an error.</summary>
/// <param name="database">The file.</param>
/// <param name="time">Dates the messages.</param>
/// <param name="logger">Tells of them.</param>
public sealed class DeadLetterQueue(EmbeddedDatabase database, TimeProvider time, ILogger<DeadLetterQueue> logger)
{
    /// <summary>Keeps a message; when this returns it is on disk.</summary>
    /// <exception cref="OrderSystem.Core.Orders.StoreUnavailableException">The disk or the file refused it.</exception>
    public Task SendAsync(string queue, string body, CancellationToken cancellationToken) => SendAsync(queue, body, told: body, cancellationToken);

    /// <summary>Keeps a message in the transaction under way, unless one of that execution is there already.</summary>
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

    /// <summary>A queue as an on-failure destination.</summary>
    public IOnFailureDestination Destination(string queue) => new OnFailure(this, queue);

    private async Task SendAsync(string queue, string body, string told, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => Insert(session, queue, body), cancellationToken);
        Log.Parked(logger, queue, told);
    }

    private int Insert(Session session, string queue, string body) =>
        session.Execute("INSERT INTO messages (queue, body, sent) VALUES (?1, ?2, ?3)", queue, body, time.GetUtcNow().UtcTicks);

    // What is logged is kept elsewhere, by others: an order's payment token is none of their business.
    private static string WithoutPayload(ReadOnlyMemory<byte> record)
    {
        var message = JsonNode.Parse(record.Span)!.AsObject();
        message.Remove("payload");
        return message.ToJsonString();
    }

    private sealed class OnFailure(DeadLetterQueue deadLetters, string queue) : IOnFailureDestination
    {
        // The change log lets go of what the mapping is done with, given up or not.
        public bool TakesPayload => true;

        public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
            deadLetters.SendAsync(queue, Encoding.UTF8.GetString(record.Span), WithoutPayload(record), cancellationToken);
    }
}
