using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Streams;

/// <summary>Reads one shard to its end and hands its records to the lanes.</summary>
internal sealed class ShardConsumer
{
    /// <summary>What <c>GetRecords</c> of DynamoDB Streams brings at most.</summary>
    private const int PageLimit = 1000;

    /// <summary>Pages read while functions still work on earlier ones: amid a backlog they never wait for the next.</summary>
    private const int PagesAhead = 8;

    /// <summary>Records kept although they are done, behind one that is not: reading on is worth no more than this.</summary>
    private const int MaximumRemembered = 200_000;

    private readonly StreamMapping _mapping;
    private readonly string _shardId;
    private readonly ShardProgress _progress;
    private readonly Lane[] _lanes;
    private readonly int _maximumUndone;
    private string? _readUpTo;
    private long _lastRecordAt;

    public ShardConsumer(StreamMapping mapping, ShardCheckpoint checkpoint)
    {
        _mapping = mapping;
        _shardId = checkpoint.ShardId;
        _readUpTo = checkpoint.After;
        var lanes = mapping.Configuration.ParallelizationFactor;
        _progress = new ShardProgress(checkpoint, lanes);
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new Lane(mapping, _shardId, _progress, checkpoint))];
        _maximumUndone = Math.Max(PagesAhead * PageLimit, 2 * lanes * mapping.Configuration.BatchSize);
        _lastRecordAt = mapping.Time.GetTimestamp();
    }

    /// <summary>Runs until the shard is closed and every record dealt with; its checkpoint then says so.</summary>
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

        await _mapping.Checkpoints.SaveAsync(_mapping.Id, _progress.ToCheckpoint(finished: true));
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
        Task<RecordPage>? ahead = null;
        var isReading = false;
        for (var failures = 0; ;)
        {
            try
            {
                iterator ??= await _mapping.Reader.GetIteratorAsync(_shardId, _readUpTo, stopping);
                var page = await (ahead ?? _mapping.Reader.GetRecordsAsync(iterator, PageLimit, stopping).AsTask());
                failures = 0;
                if (!isReading)
                    _mapping.ReportReading(null);
                isReading = true;
                iterator = page.NextIterator;
                // Amid a backlog the next page is on its way while this one is looked at.
                ahead = iterator is not null && PauseAfter(page) == TimeSpan.Zero
                    ? _mapping.Reader.GetRecordsAsync(iterator, PageLimit, stopping).AsTask()
                    : null;
                await TakeAsync(page, stopping);
                if (iterator is null)
                    break;
                if (ahead is null)
                    await _mapping.Reader.WaitForRecordsAsync(_shardId, PauseAfter(page), _mapping.Time, stopping);
            }
            catch (ExpiredIteratorException)
            {
                (iterator, ahead) = (null, null);
            }
            catch (TrimmedDataAccessException)
            {
                _mapping.Logger.Trimmed(_mapping.Id, _shardId, _readUpTo);
                (_readUpTo, iterator, ahead) = (null, null, null);
            }
            catch (ShardNotFoundException)
            {
                break;
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                ahead = null;
                var delay = _mapping.Backoff.After(++failures);
                isReading = false;
                _mapping.ReportReading(error.Message);
                _mapping.Logger.ReadFailed(error, _mapping.Id, _shardId, delay);
                await Task.Delay(delay, _mapping.Time, stopping);
            }
        }

        foreach (var lane in _lanes)
            lane.Buffer.Complete();
    }

    private async Task TakeAsync(RecordPage page, CancellationToken stopping)
    {
        if (page.Records.Count == 0)
            return;
        var now = _mapping.Time.GetTimestamp();
        _lastRecordAt = now;
        var filtered = 0;
        foreach (var record in page.Records)
        {
            var lane = LaneAssignment.LaneOf(record.Key, _lanes.Length);
            var pending = new PendingRecord(record, lane, now);
            if (_progress.Add(pending))
            {
                if (_mapping.Configuration.Filter.Matches(record.Json))
                {
                    _lanes[lane].Buffer.Add(pending);
                }
                else
                {
                    _progress.Skip(pending);
                    filtered++;
                }
            }

            _readUpTo = record.SequenceNumber;
        }

        foreach (var lane in _lanes)
            lane.Buffer.Added();
        if (filtered > 0)
        {
            Telemetry.Filtered.Add(filtered, Telemetry.Mapping(_mapping.Id));
            await _mapping.Checkpoints.SaveAsync(_mapping.Id, _progress.ToCheckpoint());
        }

        while (_progress.Undone >= _maximumUndone || _progress.Remembered >= MaximumRemembered)
            await Task.Delay(_mapping.Pace.Busy, _mapping.Time, stopping);
    }

    private TimeSpan PauseAfter(RecordPage page) => _mapping.Pace.After(page.Records.Count, PageLimit, _mapping.Time.GetElapsedTime(_lastRecordAt));
}
