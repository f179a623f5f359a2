using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Hands one batch over until each of its records is dealt with: taken by the function, or given up. Lambda Developer Guide:
/// "Using AWS Lambda with Amazon DynamoDB", "Configuring partial batch response with DynamoDB and Lambda".
/// </summary>
internal sealed class BatchDelivery(StreamMapping mapping, string shardId, ShardProgress progress)
{
    private readonly EventSourceMappingConfiguration _configuration = mapping.Configuration;

    /// <summary>A part of the batch that still has to be handed over.</summary>
    /// <param name="Records">Its records, in order.</param>
    /// <param name="Attempts">Failed invocations that count towards the retry quota.</param>
    /// <param name="Invocations">All invocations it took part in.</param>
    private sealed record Part(List<PendingRecord> Records, int Attempts = 0, int Invocations = 0)
    {
        public string LastRequestId { get; init; } = "";

        public string? LastFunctionError { get; init; }
    }

    /// <summary>Delivers a batch, and moves the checkpoint with every part that is done.</summary>
    /// <returns>The tumbling window with the state it has after the batch.</returns>
    public async Task<TumblingWindow?> DeliverAsync(List<PendingRecord> batch, TumblingWindow? window, CancellationToken stopping, CancellationToken aborting)
    {
        var parts = new Stack<Part>();
        parts.Push(new Part(batch));
        var notInvoked = 0;
        while (parts.TryPop(out var part))
        {
            stopping.ThrowIfCancellationRequested();
            if (await DiscardExpiredAsync(part, stopping) is not { } live)
                continue;
            var outcome = await InvokeAsync(live, window, aborting);
            if (outcome is InvocationOutcome.NotInvoked { Problem: var obstacle })
            {
                parts.Push(live);
                notInvoked++;
                var delay = mapping.Backoff.After(notInvoked);
                mapping.Logger.NotInvoked(mapping.Id, obstacle, delay);
                mapping.ReportObstacle(obstacle);
                await Task.Delay(delay, mapping.Time, stopping);
                continue;
            }

            notInvoked = 0;
            (window, var verdict) = Judge(live, window, outcome);
            await ContinueAsync(live, verdict, parts, window, stopping);
            if (window is { IsTooLarge: true })
                window = await TerminateWindowEarlyAsync(window, stopping, aborting);
        }

        return window;
    }

    /// <summary>Makes the final invocation of a window, until it succeeds or its retries are spent.</summary>
    public async Task EndWindowAsync(TumblingWindow window, CancellationToken stopping, CancellationToken aborting)
    {
        await InvokeWithoutRecordsAsync(window, WindowInvocation.Final, stopping, aborting);
        progress.SetWindow(null);
        await SaveAsync();
    }

    private async Task<TumblingWindow> TerminateWindowEarlyAsync(TumblingWindow window, CancellationToken stopping, CancellationToken aborting)
    {
        await InvokeWithoutRecordsAsync(window, WindowInvocation.TerminatedEarly, stopping, aborting);
        var fresh = window with { State = TumblingWindow.EmptyState };
        progress.SetWindow(new WindowCheckpoint(fresh.Start, fresh.State));
        await SaveAsync();
        return fresh;
    }

    private async Task InvokeWithoutRecordsAsync(TumblingWindow window, WindowInvocation kind, CancellationToken stopping, CancellationToken aborting)
    {
        var payload = BatchEvent.Write([], window, kind, shardId, mapping.Reader.StreamArn);
        for (int failures = 0, attempts = 0; ;)
        {
            var outcome = await mapping.Function.InvokeAsync(payload, aborting);
            if (outcome is InvocationOutcome.Answered)
            {
                mapping.Report("OK");
                return;
            }

            attempts += outcome is InvocationOutcome.Failed ? 1 : 0;
            if (_configuration.MaximumRetryAttempts >= 0 && attempts > _configuration.MaximumRetryAttempts)
            {
                mapping.Logger.WindowGivenUp(mapping.Id, shardId, window.Start);
                return;
            }

            mapping.Report("PROBLEM: Function call failed");
            await Task.Delay(mapping.Backoff.After(++failures), mapping.Time, stopping);
        }
    }

    private async Task<InvocationOutcome> InvokeAsync(Part part, TumblingWindow? window, CancellationToken aborting)
    {
        Telemetry.BatchSize.Record(part.Records.Count, Telemetry.Mapping(mapping.Id));
        var records = part.Records.Select(pending => pending.Record.Json);
        var payload = window is null
            ? BatchEvent.Write(records)
            : BatchEvent.Write(records, window, WindowInvocation.Records, shardId, mapping.Reader.StreamArn);
        var outcome = await mapping.Function.InvokeAsync(payload, aborting);
        aborting.ThrowIfCancellationRequested();
        return outcome;
    }

    /// <summary>What is to be done about a part: how many of its records succeeded, and why the rest did not.</summary>
    /// <param name="Succeeded">Records dealt with, from the first on.</param>
    /// <param name="IsPartial">The function named the record after those.</param>
    /// <param name="Problem">Why not all; null where all are.</param>
    /// <param name="RequestId">The invocation.</param>
    /// <param name="FunctionError">How it failed; null where it answered.</param>
    private readonly record struct Verdict(int Succeeded, bool IsPartial, string? Problem, string RequestId, string? FunctionError);

    private (TumblingWindow? Window, Verdict Verdict) Judge(Part part, TumblingWindow? window, InvocationOutcome outcome)
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
            return (window, new Verdict(0, false, "the answer has no state", answer.RequestId, null));
        // What the function kept of records that will come again would be counted twice.
        return (verdict.Succeeded > 0 ? window with { State = state } : window, verdict);
    }

    private static Verdict Judge(Part part, InvocationOutcome.Answered answer)
    {
        var response = BatchResponse.Read(answer.Payload, id => part.Records.Exists(pending => pending.Record.SequenceNumber == id));
        return response switch
        {
            BatchResponse.Partial partial => new Verdict(
                part.Records.FindIndex(pending => partial.FailedIdentifiers.Contains(pending.Record.SequenceNumber)),
                true, $"{partial.FailedIdentifiers.Count} record(s) reported", answer.RequestId, null),
            BatchResponse.Malformed malformed => new Verdict(0, false, malformed.Problem, answer.RequestId, null),
            _ => new Verdict(part.Records.Count, false, null, answer.RequestId, null),
        };
    }

    private async Task ContinueAsync(Part part, Verdict verdict, Stack<Part> parts, TumblingWindow? window, CancellationToken stopping)
    {
        var done = part.Records[..verdict.Succeeded];
        if (done.Count > 0)
        {
            if (window is not null)
                progress.SetWindow(new WindowCheckpoint(window.Start, window.State));
            await CompleteAsync(done);
        }

        if (verdict.Problem is not { } problem)
        {
            mapping.Report("OK");
            return;
        }

        Telemetry.BatchFailures.Add(1, Telemetry.Mapping(mapping.Id));
        mapping.Report("PROBLEM: Function call failed");
        var rest = new Part(part.Records[verdict.Succeeded..], part.Attempts, part.Invocations + 1)
        {
            LastRequestId = verdict.RequestId,
            LastFunctionError = verdict.FunctionError,
        };
        mapping.Logger.BatchFailed(mapping.Id, rest.Records.Count, shardId, rest.Records[0].Record.SequenceNumber, problem, verdict.RequestId, rest.Invocations);

        if (_configuration.BisectBatchOnFunctionError && Split(rest, verdict) is { } halves)
        {
            foreach (var half in halves)
                parts.Push(half);
            return;
        }

        // The first of the rest has failed once now, those before it never stood in its way again.
        var attempts = verdict.Succeeded > 0 ? 1 : rest.Attempts + 1;
        if (_configuration.MaximumRetryAttempts >= 0 && attempts > _configuration.MaximumRetryAttempts)
        {
            await DiscardAsync(rest, DiscardCondition.RetryAttemptsExhausted, stopping);
            return;
        }

        parts.Push(rest with { Attempts = attempts });
        await Task.Delay(mapping.Backoff.After(attempts), mapping.Time, stopping);
    }

    /// <summary>Splits what failed, the part to be tried first last; null where there is nothing to split. Splitting spends no attempt.</summary>
    private static Part[]? Split(Part rest, Verdict verdict)
    {
        // Split at the returned number: what came before is done, the rest goes on by itself.
        if (verdict is { IsPartial: true, Succeeded: > 0 })
            return [rest with { Attempts = 0 }];
        if (rest.Records.Count == 1)
            return null;
        // The returned number is the first: it is parted from those behind it. Without a number, in halves.
        var at = verdict.IsPartial ? 1 : (rest.Records.Count + 1) / 2;
        return [rest with { Records = rest.Records[at..] }, rest with { Records = rest.Records[..at] }];
    }

    /// <summary>Gives up the records that are too old, from the first on; null where none is left.</summary>
    private async Task<Part?> DiscardExpiredAsync(Part part, CancellationToken stopping)
    {
        if (_configuration.MaximumRecordAge is not { } maximum)
            return part;
        // Parking may take its time, in which more of them grow too old.
        while (part.Records.Count > 0)
        {
            var oldest = mapping.Time.GetUtcNow() - maximum;
            var expired = part.Records.TakeWhile(pending => pending.Record.CreatedAt < oldest).Count();
            if (expired == 0)
                return part;
            await DiscardAsync(part with { Records = part.Records[..expired] }, DiscardCondition.RecordAgeExceeded, stopping);
            part = part with { Records = part.Records[expired..] };
        }

        return null;
    }

    // Parked before it is done: a kill in between parks it twice, never nowhere.
    private async Task DiscardAsync(Part part, string condition, CancellationToken stopping)
    {
        var records = part.Records.ConvertAll(pending => pending.Record);
        mapping.Logger.Discarded(mapping.Id, records.Count, shardId, records[0].SequenceNumber, records[^1].SequenceNumber, condition);
        Telemetry.Discarded.Add(records.Count, Telemetry.Mapping(mapping.Id), new KeyValuePair<string, object?>("condition", condition));
        if (mapping.OnFailure is { } destination)
        {
            var requestId = part.LastRequestId.Length > 0 ? part.LastRequestId : Guid.NewGuid().ToString();
            var record = DiscardedBatch.Write(
                mapping.Reader.StreamArn, shardId, records, condition, mapping.Function.Arn, requestId, part.Invocations, part.LastFunctionError, mapping.Time.GetUtcNow(), destination.TakesPayload);
            await SendAsync(destination, record, stopping);
        }

        await CompleteAsync(part.Records);
    }

    private async Task SendAsync(IOnFailureDestination destination, ReadOnlyMemory<byte> record, CancellationToken stopping)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await destination.SendAsync(record, stopping);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                var delay = mapping.Backoff.After(failures);
                mapping.Logger.DestinationFailed(error, mapping.Id, delay);
                await Task.Delay(delay, mapping.Time, stopping);
            }
        }
    }

    private Task CompleteAsync(List<PendingRecord> done)
    {
        Telemetry.IteratorAge.Record(
            Math.Max(0, (mapping.Time.GetUtcNow() - done[^1].Record.CreatedAt).TotalMilliseconds), Telemetry.Mapping(mapping.Id));
        progress.Complete(done);
        return SaveAsync();
    }

    private Task SaveAsync() => mapping.Checkpoints.SaveAsync(mapping.Id, progress.ToCheckpoint());
}
