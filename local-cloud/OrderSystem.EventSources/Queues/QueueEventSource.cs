using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Queues;

/// <summary>
/// A queue as an event source. Messages that the function processed are deleted. Other messages reappear after their
/// visibility timeout, until the queue's redrive policy moves them to a dead-letter queue. Lambda Developer Guide: "Using
/// Lambda with Amazon SQS".
/// </summary>
public sealed class QueueEventSource : IEventSource
{
    private const int MaximumReceive = 10;
    private const int MaximumConcurrency = 1000;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    private readonly string _mappingId;
    private readonly EventSourceMappingConfiguration _configuration;
    private readonly IQueueReader _queue;
    private readonly IFunction _function;
    private readonly int _concurrency;
    private readonly EventSourceOptions _options;

    /// <param name="mappingId">The id of the mapping.</param>
    /// <param name="configuration">The mapping's configuration.</param>
    /// <param name="queue">The queue to read.</param>
    /// <param name="function">The function to invoke.</param>
    /// <param name="concurrency">The maximum number of concurrent batches (<c>ScalingConfig.MaximumConcurrency</c>);
    /// null means Lambda's limit of 1,000.</param>
    /// <param name="options">The options that the host sets.</param>
    public QueueEventSource(
        string mappingId, EventSourceMappingConfiguration configuration, IQueueReader queue, IFunction function, int? concurrency, EventSourceOptions options) =>
        (_mappingId, _configuration, _queue, _function, _concurrency, _options) = (mappingId, configuration, queue, function, concurrency ?? MaximumConcurrency, options);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        var scaling = new QueueScaling(_concurrency, _options.TimeProvider);
        var pollers = new List<Task>();
        try
        {
            for (var growth = scaling.GrowAsync(stopping); ;)
            {
                while (pollers.Count < scaling.Pollers)
                    pollers.Add(PollAsync(scaling, stopping, aborting));
                await Task.WhenAny([growth, .. pollers]);
                stopping.ThrowIfCancellationRequested();
                if (growth.IsCompleted)
                    growth = scaling.GrowAsync(stopping);
                foreach (var ended in pollers.FindAll(poller => poller.IsCompleted))
                {
                    pollers.Remove(ended);
                    await ended;
                }
            }
        }
        finally
        {
            await Task.WhenAll(pollers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task PollAsync(QueueScaling scaling, CancellationToken stopping, CancellationToken aborting)
    {
        await Task.Yield();
        for (var failures = 0; ;)
        {
            stopping.ThrowIfCancellationRequested();
            try
            {
                var (messages, since) = await GatherAsync(scaling, stopping);
                if (failures > 0)
                    _options.ReportProblem(MappingDependency.Source, null);
                failures = 0;
                if (messages.Count == 0 && scaling.Quiet())
                    return;
                var isSurplus = false;
                foreach (var batch in WithinPayload(messages))
                    isSurplus |= scaling.Delivered(await DeliverAsync(batch, since, stopping, aborting));
                if (isSurplus)
                    return;
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                var delay = _options.Backoff.After(++failures);
                _options.ReportProblem(MappingDependency.Source, error.Message);
                _options.Logger.PollFailed(error, _mappingId, "its queue", error.Message, delay);
                await Task.Delay(delay, _options.TimeProvider, stopping);
            }
        }
    }

    /// <returns>The messages to deliver, and the timestamp at which the first of these messages was received.</returns>
    private async Task<(List<QueueMessage> Messages, long Since)> GatherAsync(QueueScaling scaling, CancellationToken stopping)
    {
        using var receiving = scaling.Receiving();
        var batch = new List<QueueMessage>();
        var (bytes, since) = (BatchEvent.EnvelopeBytes, 0L);
        while (batch.Count < _configuration.BatchSize)
        {
            var wait = batch.Count == 0 ? LongPoll : _configuration.MaximumBatchingWindow - _options.TimeProvider.GetElapsedTime(since);
            if (wait <= TimeSpan.Zero)
                break;
            // Received messages are hidden from other consumers, so deliver them even if the mapping stops now.
            var received = await ReceiveAsync(Math.Min(MaximumReceive, _configuration.BatchSize - batch.Count), wait, batch.Count == 0, stopping);
            if (received.Count == 0 && batch.Count == 0)
                break;
            foreach (var message in await FilterAsync(received))
            {
                if (batch.Count == 0)
                    since = _options.TimeProvider.GetTimestamp();
                batch.Add(message);
                bytes += message.Json.Length + 1;
            }

            if (stopping.IsCancellationRequested || bytes > BatchEvent.MaximumBytes)
                break;
        }

        return (batch, since);
    }

    /// <summary>Splits received messages into batches that each fit into the payload of one invocation.</summary>
    private static IEnumerable<List<QueueMessage>> WithinPayload(List<QueueMessage> messages)
    {
        var (batch, bytes) = (new List<QueueMessage>(), BatchEvent.EnvelopeBytes);
        foreach (var message in messages)
        {
            if (batch.Count > 0 && bytes + message.Json.Length + 1 > BatchEvent.MaximumBytes)
            {
                yield return batch;
                (batch, bytes) = ([], BatchEvent.EnvelopeBytes);
            }

            batch.Add(message);
            bytes += message.Json.Length + 1;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    private async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int maximum, TimeSpan wait, bool isFirst, CancellationToken stopping)
    {
        try
        {
            return await _queue.ReceiveAsync(maximum, wait < LongPoll ? wait : LongPoll, stopping);
        }
        catch (OperationCanceledException) when (!isFirst)
        {
            return [];
        }
    }

    /// <summary>Returns the messages that pass the filters, and deletes the other messages from the queue.</summary>
    private async Task<IReadOnlyList<QueueMessage>> FilterAsync(IReadOnlyList<QueueMessage> received)
    {
        if (_configuration.Filter.IsEmpty || received.Count == 0)
            return received;
        var passing = received.Where(Passes).ToList();
        if (passing.Count < received.Count)
        {
            Telemetry.Filtered.Add(received.Count - passing.Count, Telemetry.Mapping(_mappingId));
            await _queue.DeleteAsync([.. received.Except(passing)]);
        }

        return passing;
    }

    // If a message's body is a JSON object, the filters match the object; otherwise, they match the body as a string.
    private bool Passes(QueueMessage message)
    {
        var record = JsonNode.Parse(message.Json.Span)!.AsObject();
        try
        {
            if (JsonNode.Parse(message.Body, documentOptions: FilterCriteria.Deep) is JsonObject body)
                record["body"] = body;
        }
        catch (JsonException)
        {
            // The body is not JSON, so it is matched as a string.
        }

        try
        {
            return _configuration.Filter.Matches(Encoding.UTF8.GetBytes(record.ToJsonString()));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // If the filters cannot be applied, for example because of a lone surrogate, the function receives the message.
            return true;
        }
    }

    /// <summary>Delivers a batch; returns false if the function failed for any message or could not be invoked.</summary>
    private async Task<bool> DeliverAsync(List<QueueMessage> batch, long since, CancellationToken stopping, CancellationToken aborting)
    {
        if (await InvokeAsync(batch, since, stopping, aborting) is not { } outcome)
            return false;
        var (done, problem) = Judge(batch, outcome);
        if (done.Count > 0)
            await _queue.DeleteAsync(done);
        if (problem is null)
        {
            _options.Report("OK");
            return true;
        }

        Telemetry.BatchFailures.Add(1, Telemetry.Mapping(_mappingId));
        _options.Report("PROBLEM: Function call failed");
        var failed = batch.FindAll(message => !done.Contains(message));
        _options.Logger.MessagesFailed(_mappingId, failed.Count, failed[0].MessageId, problem, outcome.RequestId);
        return false;
    }

    /// <summary>
    /// Invokes the function. If the function cannot be invoked, retries while the messages stay hidden in the queue, then
    /// returns null.
    /// </summary>
    private async Task<InvocationOutcome?> InvokeAsync(List<QueueMessage> batch, long since, CancellationToken stopping, CancellationToken aborting)
    {
        Telemetry.BatchSize.Record(batch.Count, Telemetry.Mapping(_mappingId));
        var payload = BatchEvent.Write(batch.Select(message => message.Json));
        for (var throttles = 1; ; throttles++)
        {
            var outcome = await _function.InvokeAsync(payload, aborting);
            aborting.ThrowIfCancellationRequested();
            if (outcome is not InvocationOutcome.NotInvoked { Problem: var obstacle })
                return outcome;
            var delay = _options.Backoff.After(throttles);
            _options.ReportObstacle(obstacle);
            if (_options.TimeProvider.GetElapsedTime(since) + delay >= _queue.VisibilityTimeout)
            {
                _options.Logger.LeftInQueue(_mappingId, batch.Count, batch[0].MessageId, obstacle);
                return null;
            }

            _options.Logger.NotInvoked(_mappingId, obstacle, delay);
            await Task.Delay(delay, _options.TimeProvider, stopping);
        }
    }

    private (IReadOnlyList<QueueMessage> Done, string? Problem) Judge(List<QueueMessage> batch, InvocationOutcome outcome)
    {
        switch (outcome)
        {
            case InvocationOutcome.Failed failed:
                return ([], failed.Problem);
            case InvocationOutcome.Answered answered when _configuration.ReportBatchItemFailures:
                return BatchResponse.Read(answered.Payload, batch.Select(message => message.MessageId)) switch
                {
                    BatchResponse.Partial partial => (batch.FindAll(message => !partial.FailedIdentifiers.Contains(message.MessageId)), "the function reported failed items"),
                    BatchResponse.Malformed malformed => ([], malformed.Problem),
                    _ => (batch, null),
                };
            default:
                return (batch, null);
        }
    }
}
