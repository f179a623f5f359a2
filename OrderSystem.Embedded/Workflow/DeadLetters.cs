using System.Text;
using Microsoft.Extensions.Logging;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Failures;

namespace OrderSystem.Embedded.Workflow;

/// <summary>Messages that wait for a person: rows of the table <c>messages</c>, each logged as an error.</summary>
internal sealed class DeadLetters(EmbeddedDatabase database, TimeProvider time, ILogger<DeadLetters> logger)
{
    /// <summary>Keeps a message; when this returns it is on disk.</summary>
    public async Task SendAsync(string queue, string body, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => session.Execute("INSERT INTO messages (queue, body, sent) VALUES (?1, ?2, ?3)", queue, body, time.GetUtcNow().UtcTicks), cancellationToken);
        Log.Parked(logger, queue, body);
    }

    /// <summary>A queue as an on-failure destination.</summary>
    public IOnFailureDestination Destination(string queue) => new OnFailure(this, queue);

    private sealed class OnFailure(DeadLetters deadLetters, string queue) : IOnFailureDestination
    {
        public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
            deadLetters.SendAsync(queue, Encoding.UTF8.GetString(record.Span), cancellationToken);
    }
}
