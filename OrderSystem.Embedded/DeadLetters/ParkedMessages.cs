using System.Text;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Executions;
using OrderSystem.Embedded.Mappings;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.DeadLetters;
using OrderSystem.EventSources.Functions;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.DeadLetters;

/// <inheritdoc cref="IDeadLetters"/>
internal sealed class ParkedMessages(EmbeddedDatabase database, ChangeFeed feed, WorkflowEngine engine, TimeProvider time, ILogger<ParkedMessages> logger) : IDeadLetters
{
    /// <inheritdoc/>
    public IReadOnlyList<ParkedMessage> List(long after, int limit) => database.Read(session =>
        session.Read("SELECT number, queue, sent, body FROM messages WHERE number > ?1 ORDER BY number LIMIT ?2", Message, after, limit));

    /// <inheritdoc/>
    public ParkedMessage? Find(long number) => database.Read(session =>
        session.First("SELECT number, queue, sent, body FROM messages WHERE number = ?1", Message, number));

    /// <inheritdoc/>
    public async Task<RedriveOutcome> RedriveAsync(long number, CancellationToken cancellationToken) => Find(number) switch
    {
        null => new RedriveOutcome.Gone(),
        { Letter: DeadLetter.Records records } message => await HandOverAsync(message, records, cancellationToken),
        { Letter: DeadLetter.Execution execution } message => await StartAgainAsync(message, execution, cancellationToken),
        _ => new RedriveOutcome.Stays("The message names neither records nor an execution."),
    };

    // After a crash, or with concurrent redrives, the function may receive the records twice. Receiving them twice is safe,
    // because an order's execution is started only once.
    private async Task<RedriveOutcome> HandOverAsync(ParkedMessage message, DeadLetter.Records records, CancellationToken cancellationToken)
    {
        if (records.Payload is not { } payload)
            return new RedriveOutcome.Stays("The message does not contain its records, and the change log has deleted them.");
        if (feed.Function(records.FunctionArn) is not { } function)
            return new RedriveOutcome.Stays($"Function {records.FunctionArn} is not served by this process.");
        var batch = ParkedBatch.Read(payload);
        var outcome = await function.InvokeAsync(Encoding.UTF8.GetBytes(payload), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (Problem(outcome, batch) is { } problem)
            return new RedriveOutcome.Stays(problem);
        await database.WriteAsync(session => Remove(session, message.Number), cancellationToken);
        Log.RecordsTaken(logger, message.Number, message.What);
        return new RedriveOutcome.Taken(message.OrderIds);
    }

    private static string? Problem(InvocationOutcome outcome, ParkedBatch batch) => outcome switch
    {
        InvocationOutcome.Failed failed => $"The function failed: {failed.Problem}",
        InvocationOutcome.Answered answered => BatchResponse.Read(answered.Payload, batch.SequenceNumbers) switch
        {
            BatchResponse.Partial partial => $"The function failed to process {partial.FailedIdentifiers.Count} of {batch.SequenceNumbers.Count} record(s); see the log for the reasons.",
            BatchResponse.Malformed malformed => $"The function's response can't be read: {malformed.Problem}",
            _ => null,
        },
        InvocationOutcome.NotInvoked { Problem: var problem } => throw new StoreUnavailableException($"The function could not run: {problem}", new TimeoutException(problem)),
        _ => null,
    };

    // The failed execution is left unchanged. Every step is idempotent, so a new execution with the same input continues to
    // process the order.
    private async Task<RedriveOutcome> StartAgainAsync(ParkedMessage message, DeadLetter.Execution execution, CancellationToken cancellationToken)
    {
        if (engine.InputOf(execution.Name) is not { } input)
            return new RedriveOutcome.Stays($"Execution {execution.Name} no longer exists, so no new execution can be started with its input.");
        if (await engine.StartAgainAsync(execution.NameAgain(time.GetUtcNow()), input, session => Remove(session, message.Number), cancellationToken) is not { } started)
            return new RedriveOutcome.Gone();
        Log.ExecutionStartedAgain(logger, message.Number, message.What, started);
        return new RedriveOutcome.Started(message.OrderIds is [var orderId, ..] ? orderId : "", started);
    }

    private static bool Remove(Session session, long number) => session.Execute("DELETE FROM messages WHERE number = ?1", number) == 1;

    private static ParkedMessage Message(Row row) => new(row.GetInt64(0), row.GetString(1), row.Time(2), row.GetString(3));
}
