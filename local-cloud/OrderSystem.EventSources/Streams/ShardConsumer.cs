using System.Text.Json;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>Reads one shard to its end and passes its records to the lanes.</summary>
internal sealed class ShardConsumer : IDisposable
{
    /// <summary>The maximum number of records that DynamoDB Streams' <c>GetRecords</c> returns.</summary>
    public const int PageLimit = 1000;

    /// <summary>The number of pages that are read ahead, so that the function never waits for a page during a backlog.</summary>
    public const int PagesAhead = 8;

    private static readonly TimeSpan LookForWindow = TimeSpan.FromSeconds(1);

    private readonly StreamMapping _mapping;
    private readonly string _shardId;
    private readonly ShardProgress _progress;
    private readonly ShardCheckpoints _checkpoints;
    private readonly Lane[] _lanes;
    private string? _readUpTo;
    private long _lastRecordAt;

    public ShardConsumer(StreamMapping mapping, ShardCheckpoint checkpoint)
    {
        _mapping = mapping;
        _shardId = checkpoint.ShardId;
        _readUpTo = checkpoint.After;
        _progress = new ShardProgress(checkpoint, mapping.Configuration);
        _checkpoints = new ShardCheckpoints(mapping.Checkpoints, mapping.Id, _progress);
        _lanes = [.. Enumerable.Range(0, mapping.Configuration.ParallelizationFactor)
            .Select(_ => new Lane(mapping, _shardId, _progress, _checkpoints, checkpoint))];
        _lastRecordAt = mapping.Time.GetTimestamp();
        Telemetry.Observe(_progress, mapping.Id, _shardId, mapping.Time);
    }

    public void Dispose()
    {
        Telemetry.Forget(_progress);
        _checkpoints.Dispose();
    }

    /// <summary>Runs until the shard is closed and all its records are completed, then saves the final checkpoint.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        _mapping.Logger.ReadingShard(_mapping.Id, _shardId, _readUpTo ?? "TRIM_HORIZON");
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var lanes = Task.WhenAll(Array.ConvertAll(_lanes, lane => EndTogetherAsync(lane.RunAsync(failed.Token, aborting), failed)));
        try
        {
            await EndTogetherAsync(ReadAsync(failed.Token), failed);
        }
        finally
        {
            await lanes;
        }

        await _checkpoints.SaveAsync(finished: true);
        _mapping.Logger.ShardDone(_mapping.Id, _shardId);
    }

    private static async Task EndTogetherAsync(Task part, CancellationTokenSource others)
    {
        try
        {
            await part;
        }
        catch
        {
            others.Cancel();
            throw;
        }
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        string? iterator = null;
        Task<ReadPage>? ahead = null;
        var isReading = false;
        for (var failures = 0; ;)
        {
            try
            {
                iterator ??= await _mapping.Reader.GetIteratorAsync(_shardId, _readUpTo, stopping);
                var (page, begun) = await (ahead ?? ReadPageAsync(iterator, stopping));
                iterator = page.NextIterator;
                // In a backlog, read the next page while this page is being processed.
                ahead = iterator is not null && PauseAfter(page) == TimeSpan.Zero ? ReadPageAsync(iterator, stopping) : null;
                await TakeAsync(page, begun, stopping);
                if (!isReading)
                    _mapping.ReportProblem(MappingDependency.Source, null);
                (isReading, failures) = (true, 0);
                if (iterator is null)
                    break;
                if (ahead is null)
                    await _mapping.Reader.WaitForRecordsAsync(iterator, UntilWindowEnd(PauseAfter(page)), _mapping.Time, stopping);
            }
            catch (ShardNotFoundException)
            {
                break;
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                // Continue after the last record that was passed to a lane; the rest of its page is read again.
                (iterator, ahead, isReading) = (null, null, false);
                await RecoverAsync(error, ++failures, stopping);
            }
        }

        foreach (var lane in _lanes)
            lane.Buffer.Complete();
    }

    private async Task RecoverAsync(Exception error, int failures, CancellationToken stopping)
    {
        if (error is TrimmedDataAccessException)
        {
            if (_readUpTo is { } position)
                _mapping.Logger.Trimmed(_mapping.Id, _shardId, position);
            _readUpTo = null;
        }

        // Iterators expire and positions are trimmed in normal operation, so the first such error does not count as a
        // failure.
        if (failures == 1 && error is TrimmedDataAccessException or ExpiredIteratorException)
            return;
        var delay = _mapping.Backoff.After(failures);
        _mapping.ReportProblem(MappingDependency.Source, error.Message);
        _mapping.Logger.PollFailed(error, _mapping.Id, $"shard {_shardId}", error.Message, delay);
        await Task.Delay(delay, _mapping.Time, stopping);
    }

    private async Task<ReadPage> ReadPageAsync(string iterator, CancellationToken stopping)
    {
        var begun = _mapping.Time.GetUtcNow();
        return new ReadPage(await _mapping.Reader.GetRecordsAsync(iterator, PageLimit, stopping), begun);
    }

    /// <summary>A page of records, and the time at which reading it started.</summary>
    private readonly record struct ReadPage(RecordPage Page, DateTimeOffset Begun);

    private async Task TakeAsync(RecordPage page, DateTimeOffset begun, CancellationToken stopping)
    {
        if (page.Records.Count == 0)
        {
            // All records created before this read started have been read, so a window that ended by then is complete.
            if (_lanes[0].WindowEnd <= begun)
                _lanes[0].Buffer.ReadUpTo(begun);
            return;
        }

        _lastRecordAt = _mapping.Time.GetTimestamp();
        var filtered = page.Records.Count(record => !Take(record));
        foreach (var lane in _lanes)
            lane.Buffer.Added();
        if (filtered > 0)
        {
            Telemetry.Filtered.Add(filtered, Telemetry.Mapping(_mapping.Id));
            await _checkpoints.SaveAsync();
        }

        for (var changed = _progress.Changed; _progress.IsFull; changed = _progress.Changed)
            await AsyncSignal.WaitAsync(changed, stopping);
    }

    /// <summary>Passes a record to its lane; returns false if no filter matches it.</summary>
    private bool Take(StreamRecord record)
    {
        var pending = new PendingRecord(record, LaneAssignment.LaneOf(record.Key, _lanes.Length), _lastRecordAt);
        var isNew = _progress.Add(pending);
        _readUpTo = record.SequenceNumber;
        if (!isNew)
            return true;
        var passes = Passes(record);
        if (passes)
            _lanes[pending.Lane].Buffer.Add(pending);
        else
            _progress.Skip(pending);
        return passes;
    }

    // If the filters cannot be applied to a record, the function receives it: no record is dropped silently, and the
    // record does not block the shard.
    private bool Passes(StreamRecord record)
    {
        try
        {
            return _mapping.Configuration.Filter.Matches(record.Json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            _mapping.Logger.NotFiltered(error, _mapping.Id, record.SequenceNumber, _shardId);
            return true;
        }
    }

    private TimeSpan PauseAfter(RecordPage page) => _mapping.Pace.After(page.Records.Count, PageLimit, _mapping.Time.GetElapsedTime(_lastRecordAt));

    /// <summary>Shortens a pause so that the end of a tumbling window is noticed even without new records.</summary>
    private TimeSpan UntilWindowEnd(TimeSpan pause)
    {
        if (_mapping.Configuration.TumblingWindow == TimeSpan.Zero)
            return pause;
        var left = _lanes[0].WindowEnd - _mapping.Time.GetUtcNow();
        var look = left > TimeSpan.Zero && left < LookForWindow ? left.Value : LookForWindow;
        return pause == Timeout.InfiniteTimeSpan || look < pause ? look : pause;
    }
}
