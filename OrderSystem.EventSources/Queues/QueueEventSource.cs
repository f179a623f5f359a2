using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Queues;

/// <summary>
/// A queue as an event source: what the function takes is deleted, what it does not take comes back after its visibility
/// timeout, until the queue's redrive policy moves it. Lambda Developer Guide: "Using Lambda with Amazon SQS".
/// </summary>
public sealed class QueueEventSource : IEventSource
{
    private const int MaximumReceive = 10;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    private readonly string _mappingId;
    private readonly EventSourceMappingConfiguration _configuration;
    private readonly IQueueReader _queue;
    private readonly IFunction _function;
    private readonly int _concurrency;
    private readonly EventSourceOptions _options;

    /// <param name="mappingId">The mapping's id.</param>
    /// <param name="configuration">How to read.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="function">The function.</param>
    /// <param name="concurrency">Batches handed over at once (<c>ScalingConfig.MaximumConcurrency</c>).</param>
    /// <param name="options">What tests and hosts may set.</param>
    public QueueEventSource(
        string mappingId, EventSourceMappingConfiguration configuration, IQueueReader queue, IFunction function, int concurrency, EventSourceOptions options) =>
        (_mappingId, _configuration, _queue, _function, _concurrency, _options) = (mappingId, configuration, queue, function, concurrency, options);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stopping, CancellationToken aborting) =>
        Task.WhenAll(Enumerable.Range(0, _concurrency).Select(_ => PollAsync(stopping, aborting)));

    private async Task PollAsync(CancellationToken stopping, CancellationToken aborting)
    {
        for (var failures = 0; ;)
        {
            stopping.ThrowIfCancellationRequested();
            try
            {
                foreach (var batch in WithinPayload(await GatherAsync(stopping)))
                    failures = await DeliverAsync(batch, aborting) ? 0 : failures + 1;
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                failures++;
                _options.Logger.ReadFailed(error, _mappingId, "(queue)", _options.Backoff.After(failures));
            }

            if (failures > 0)
                await Task.Delay(_options.Backoff.After(failures), _options.TimeProvider, stopping);
        }
    }

    private async Task<List<QueueMessage>> GatherAsync(CancellationToken stopping)
    {
        var batch = new List<QueueMessage>();
        var (bytes, firstAt) = (BatchEvent.EnvelopeBytes, 0L);
        while (batch.Count < _configuration.BatchSize)
        {
            var wait = batch.Count == 0 ? LongPoll : _configuration.MaximumBatchingWindow - _options.TimeProvider.GetElapsedTime(firstAt);
            if (wait <= TimeSpan.Zero)
                break;
            // Messages already in hand are hidden from everybody: they are delivered even if the mapping stops now.
            var received = await ReceiveAsync(Math.Min(MaximumReceive, _configuration.BatchSize - batch.Count), wait, batch.Count == 0, stopping);
            foreach (var message in await FilterAsync(received))
            {
                if (batch.Count == 0)
                    firstAt = _options.TimeProvider.GetTimestamp();
                batch.Add(message);
                bytes += message.Json.Length + 1;
            }

            if (stopping.IsCancellationRequested || bytes > BatchEvent.MaximumBytes)
                break;
        }

        return batch;
    }

    /// <summary>What was received together may be more than one invocation can carry.</summary>
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

    /// <summary>Messages that no filter lets through are dealt with: they are deleted.</summary>
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

    // A body that is JSON is matched as JSON, any other as a string.
    private bool Passes(QueueMessage message)
    {
        var record = JsonNode.Parse(message.Json.Span)!.AsObject();
        try
        {
            if (JsonNode.Parse(message.Body) is JsonObject body)
                record["body"] = body;
        }
        catch (JsonException)
        {
            // It stays the string that it is.
        }

        using var document = JsonDocument.Parse(record.ToJsonString());
        return _configuration.Filter.Matches(document.RootElement);
    }

    private async Task<bool> DeliverAsync(List<QueueMessage> batch, CancellationToken aborting)
    {
        Telemetry.BatchSize.Record(batch.Count, Telemetry.Mapping(_mappingId));
        var outcome = await _function.InvokeAsync(BatchEvent.Write(batch.Select(message => message.Json)), aborting);
        aborting.ThrowIfCancellationRequested();
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
        var failed = batch.Count - done.Count;
        _options.Logger.BatchFailed(_mappingId, failed, "(queue)", batch[0].MessageId, problem, outcome.RequestId, 1);
        return outcome is not InvocationOutcome.NotInvoked;
    }

    private (IReadOnlyList<QueueMessage> Done, string? Problem) Judge(List<QueueMessage> batch, InvocationOutcome outcome)
    {
        switch (outcome)
        {
            case InvocationOutcome.Failed failed:
                return ([], failed.Problem);
            case InvocationOutcome.NotInvoked notInvoked:
                return ([], notInvoked.Problem);
            case InvocationOutcome.Answered answered when _configuration.ReportBatchItemFailures:
                return BatchResponse.Read(answered.Payload, id => batch.Exists(message => message.MessageId == id)) switch
                {
                    BatchResponse.Partial partial => (batch.FindAll(message => !partial.FailedIdentifiers.Contains(message.MessageId)), "some were reported"),
                    BatchResponse.Malformed malformed => ([], malformed.Problem),
                    _ => (batch, null),
                };
            default:
                return (batch, null);
        }
    }
}
