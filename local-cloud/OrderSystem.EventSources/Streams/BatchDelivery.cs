using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Delivers a batch to the function, and retries until each record is processed or discarded. Lambda Developer Guide:
/// "Using AWS Lambda with Amazon DynamoDB", "Configuring partial batch response with DynamoDB and Lambda".
/// </summary>
internal sealed class BatchDelivery
{
    private readonly StreamMapping _mapping;
    private readonly EventSourceMappingConfiguration _configuration;
    private readonly string _shardId;
    private readonly ShardProgress _progress;
    private readonly ShardCheckpoints _checkpoints;
    private readonly Discards _discards;

    public BatchDelivery(StreamMapping mapping, string shardId, ShardProgress progress, ShardCheckpoints checkpoints)
    {
        (_mapping, _configuration, _shardId, _progress, _checkpoints) = (mapping, mapping.Configuration, shardId, progress, checkpoints);
        _discards = new Discards(mapping, shardId, records => CompleteAsync(records, window: null));
    }

    /// <summary>Delivers a batch, and advances the checkpoint after every completed part.</summary>
    /// <returns>The tumbling window with its state after the batch; null if there is no window.</returns>
    public async Task<TumblingWindow?> DeliverAsync(List<PendingRecord> batch, TumblingWindow? window, CancellationToken stopping, CancellationToken aborting)
    {
        var parts = new Stack<BatchPart>();
        parts.Push(new BatchPart(batch));
        while (parts.TryPop(out var part))
        {
            stopping.ThrowIfCancellationRequested();
            if (await _discards.DiscardExpiredAsync(part, stopping) is not { } live)
                continue;
            var outcome = await InvokeAsync(live, window, aborting);
            if (outcome is InvocationOutcome.NotInvoked { Problem: var obstacle })
            {
                parts.Push(live with { Obstacles = live.Obstacles + 1 });
                await WaitAsync(live.Obstacles + 1, obstacle, stopping);
                continue;
            }

            live = live with { Obstacles = 0 };
            (window, var verdict) = Judge(live, window, outcome);
            await ContinueAsync(live, verdict, parts, window, stopping);
            window = await KeepSmallAsync(window, stopping, aborting);
        }

        return window;
    }

    /// <summary>Terminates a window early if its state is too large. The window then continues with an empty state.</summary>
    public async Task<TumblingWindow?> KeepSmallAsync(TumblingWindow? window, CancellationToken stopping, CancellationToken aborting)
    {
        if (window is not { IsTooLarge: true })
            return window;
        await InvokeWithoutRecordsAsync(window, WindowInvocation.TerminatedEarly, stopping, aborting);
        var fresh = window with { State = TumblingWindow.EmptyState };
        _progress.SetWindow(fresh.ToCheckpoint());
        await _checkpoints.SaveAsync();
        return fresh;
    }

    /// <summary>
    /// Makes the final invocation of a window, and retries until an invocation succeeds or no retries are left.
    /// </summary>
    public async Task EndWindowAsync(TumblingWindow window, CancellationToken stopping, CancellationToken aborting)
    {
        await InvokeWithoutRecordsAsync(window, WindowInvocation.Final, stopping, aborting);
        _progress.SetWindow(null);
        await _checkpoints.SaveAsync();
    }

    private async Task InvokeWithoutRecordsAsync(TumblingWindow window, WindowInvocation kind, CancellationToken stopping, CancellationToken aborting)
    {
        var payload = BatchEvent.Write([], window, kind, _shardId, _mapping.Reader.StreamArn);
        for (int failures = 0, attempts = 0; ;)
        {
            var outcome = await _mapping.Function.InvokeAsync(payload, aborting);
            aborting.ThrowIfCancellationRequested();
            if (outcome is InvocationOutcome.Answered)
            {
                _mapping.Report("OK");
                return;
            }

            if (outcome is InvocationOutcome.Failed failed && ++attempts > _configuration.MaximumRetryAttempts && _configuration.MaximumRetryAttempts >= 0)
            {
                _mapping.Logger.WindowGivenUp(_mapping.Id, _shardId, window.Start, attempts, failed.Problem, failed.RequestId);
                return;
            }

            _mapping.Report("PROBLEM: Function call failed");
            await Task.Delay(_mapping.Backoff.After(++failures), _mapping.Time, stopping);
        }
    }

    private async Task<InvocationOutcome> InvokeAsync(BatchPart part, TumblingWindow? window, CancellationToken aborting)
    {
        Telemetry.BatchSize.Record(part.Records.Count, Telemetry.Mapping(_mapping.Id));
        var records = part.Records.Select(pending => pending.Record.Json);
        var payload = window is null
            ? BatchEvent.Write(records)
            : BatchEvent.Write(records, window, WindowInvocation.Records, _shardId, _mapping.Reader.StreamArn);
        var outcome = await _mapping.Function.InvokeAsync(payload, aborting);
        aborting.ThrowIfCancellationRequested();
        return outcome;
    }

    private Task WaitAsync(int obstacles, string obstacle, CancellationToken stopping)
    {
        var delay = _mapping.Backoff.After(obstacles);
        _mapping.Logger.NotInvoked(_mapping.Id, obstacle, delay);
        _mapping.ReportObstacle(obstacle);
        return Task.Delay(delay, _mapping.Time, stopping);
    }

    /// <summary>
    /// The result of invoking the function with a part of a batch: how many records succeeded, and why the others
    /// failed.
    /// </summary>
    /// <param name="Succeeded">
    /// The number of records that succeeded: those before the first failed record of the part.
    /// </param>
    /// <param name="IsPartial">Whether the function's response reported individual records as failed.</param>
    /// <param name="Problem">Why records failed; null if no record failed.</param>
    /// <param name="RequestId">The request id of the invocation.</param>
    /// <param name="FunctionError">The error of the invocation; null if the function returned a response.</param>
    private readonly record struct Verdict(int Succeeded, bool IsPartial, string? Problem, string RequestId, string? FunctionError);

    private (TumblingWindow? Window, Verdict Verdict) Judge(BatchPart part, TumblingWindow? window, InvocationOutcome outcome)
    {
        if (outcome is InvocationOutcome.Failed failed)
            return (window, new Verdict(0, false, failed.Problem, failed.RequestId, failed.FunctionError));
        var answer = (InvocationOutcome.Answered)outcome;
        var verdict = _configuration.ReportBatchItemFailures
            ? Judge(part, answer)
            : new Verdict(part.Records.Count, false, null, answer.RequestId, null);
        if (window is null || verdict is { Problem: not null, IsPartial: false })
            return (window, verdict);
        if (TumblingWindow.ReadState(answer.Payload) is not { } state)
            return (window, new Verdict(0, false, "the response does not contain the state of the tumbling window", answer.RequestId, null));
        // If no record succeeded, keep the old state, because the new state may already include the records that will be
        // retried.
        return (verdict.Succeeded > 0 ? window with { State = state } : window, verdict);
    }

    private static Verdict Judge(BatchPart part, InvocationOutcome.Answered answer) =>
        BatchResponse.Read(answer.Payload, part.Records.Select(pending => pending.Record.SequenceNumber)) switch
        {
            BatchResponse.Partial partial => new Verdict(
                part.Records.FindIndex(pending => partial.FailedIdentifiers.Contains(pending.Record.SequenceNumber)),
                true, $"the function reported {partial.FailedIdentifiers.Count} failed record(s)", answer.RequestId, null),
            BatchResponse.Malformed malformed => new Verdict(0, false, malformed.Problem, answer.RequestId, null),
            _ => new Verdict(part.Records.Count, false, null, answer.RequestId, null),
        };

    private async Task ContinueAsync(BatchPart part, Verdict verdict, Stack<BatchPart> parts, TumblingWindow? window, CancellationToken stopping)
    {
        var done = part.Records[..verdict.Succeeded];
        if (done.Count > 0)
            await CompleteAsync(done, window?.ToCheckpoint());
        if (verdict.Problem is not { } problem)
        {
            _mapping.Report("OK");
            return;
        }

        Telemetry.BatchFailures.Add(1, Telemetry.Mapping(_mapping.Id));
        _mapping.Report("PROBLEM: Function call failed");
        var rest = new BatchPart(part.Records[verdict.Succeeded..], part.Attempts, part.Invocations + 1)
        {
            LastRequestId = verdict.RequestId,
            LastFunctionError = verdict.FunctionError,
        };
        _mapping.Logger.BatchFailed(_mapping.Id, rest.Records.Count, _shardId, rest.First, problem, verdict.RequestId, rest.Invocations);
        if (!_configuration.BisectBatchOnFunctionError || !TrySplit(rest, verdict, parts))
            await RetryAsync(rest, verdict, parts, stopping);
    }

    private static bool TrySplit(BatchPart rest, Verdict verdict, Stack<BatchPart> parts)
    {
        // Split at the first record that was reported as failed. The records before it succeeded; the remaining records
        // become a new part.
        if (verdict is { IsPartial: true, Succeeded: > 0 })
        {
            parts.Push(rest with { Attempts = 0 });
            return true;
        }

        // If the first record was reported as failed, separate it from the others; otherwise, split the part in half.
        if (rest.Split(at: verdict.IsPartial ? 1 : null) is not var (first, second))
            return false;
        parts.Push(second);
        parts.Push(first);
        return true;
    }

    private async Task RetryAsync(BatchPart rest, Verdict verdict, Stack<BatchPart> parts, CancellationToken stopping)
    {
        // If records at the start of the part succeeded, the first remaining record has now failed for the first time.
        var attempts = verdict.Succeeded > 0 ? 1 : rest.Attempts + 1;
        if (_configuration.MaximumRetryAttempts >= 0 && attempts > _configuration.MaximumRetryAttempts)
        {
            await _discards.DiscardAsync(rest, DiscardCondition.RetryAttemptsExhausted, stopping);
            return;
        }

        parts.Push(rest with { Attempts = attempts });
        await Task.Delay(_mapping.Backoff.After(attempts), _mapping.Time, stopping);
    }

    private Task CompleteAsync(List<PendingRecord> done, WindowCheckpoint? window)
    {
        Telemetry.IteratorAge.Record(Math.Max(0, (_mapping.Time.GetUtcNow() - done[^1].Record.CreatedAt).TotalSeconds), Telemetry.Mapping(_mapping.Id));
        _progress.Complete(done, window);
        return _checkpoints.SaveAsync();
    }
}
