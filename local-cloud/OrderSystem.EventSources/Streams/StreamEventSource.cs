using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// A stream as an event source. This source finds the shards, reads each shard after its parent, and saves checkpoints.
/// Lambda Developer Guide: "Using AWS Lambda with Amazon DynamoDB".
/// </summary>
public sealed class StreamEventSource : IEventSource
{
    private readonly StreamMapping _mapping;
    private readonly ShardListing _listing = new();

    /// <param name="mappingId">The id of the mapping, under which its checkpoints are stored.</param>
    /// <param name="configuration">The mapping's configuration.</param>
    /// <param name="reader">The stream to read.</param>
    /// <param name="function">The function to invoke.</param>
    /// <param name="checkpoints">Stores the checkpoints.</param>
    /// <param name="onFailure">
    /// Receives the metadata records of discarded batches; if null, no metadata records are written.
    /// </param>
    /// <param name="options">The options that the host sets.</param>
    public StreamEventSource(
        string mappingId,
        EventSourceMappingConfiguration configuration,
        IShardReader reader,
        IFunction function,
        ICheckpointStore checkpoints,
        IOnFailureDestination? onFailure,
        EventSourceOptions options) =>
        _mapping = new StreamMapping(
            mappingId, configuration, reader, function,
            new ReportingCheckpointStore(checkpoints, problem => options.ReportProblem(MappingDependency.Checkpoints, problem)), onFailure,
            options.Pace, options.Backoff, options.TimeProvider, options.Logger, options.Report, options.ReportObstacle, options.ReportProblem);

    /// <summary>The default factory, which creates instances of this class.</summary>
    public static StreamEventSourceFactory Factory { get; } = (mappingId, configuration, reader, function, checkpoints, onFailure, options) =>
        new StreamEventSource(mappingId, configuration, reader, function, checkpoints, onFailure, options);

    /// <inheritdoc/>
    // The starting position is stored before the first read, so that a restart does not change it.
    public async Task BeginAsync(CancellationToken stopping)
    {
        if (await _mapping.Checkpoints.LoadAsync(_mapping.Id, stopping) is not null)
            return;
        var begin = new List<ShardCheckpoint>();
        if (_mapping.Configuration.StartingPosition == StartingPosition.Latest)
        {
            var shards = await ShardsAsync(stopping);
            var parents = shards.Select(shard => shard.ParentId).ToHashSet(StringComparer.Ordinal);
            foreach (var shard in shards)
            {
                // A shard with children is closed, so it will get no records after the starting position.
                begin.Add(parents.Contains(shard.Id)
                    ? new ShardCheckpoint(shard.Id, After: null, Finished: true)
                    : new ShardCheckpoint(shard.Id, await _mapping.Reader.GetLatestSequenceNumberAsync(shard.Id, stopping)));
            }
        }

        await _mapping.Checkpoints.BeginAsync(_mapping.Id, begin);
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var running = new Dictionary<string, Task>(StringComparer.Ordinal);
        // Clear a problem of the on-failure destination that was left over from a previous run.
        _mapping.ReportProblem(MappingDependency.OnFailureDestination, null);
        try
        {
            await BeginAsync(stopping);
            while (true)
            {
                var shards = await ShardsAsync(stopping);
                var checkpoints = await CheckpointsAsync(stopping);
                _listing.Note(shards);
                await ForgetAsync(checkpoints);
                foreach (var shard in shards.Where(shard => !running.ContainsKey(shard.Id) && IsReady(shard, checkpoints, running)))
                {
                    var checkpoint = checkpoints.GetValueOrDefault(shard.Id) ?? new ShardCheckpoint(shard.Id, After: null);
                    running.Add(shard.Id, ConsumeAsync(checkpoint, failed.Token, aborting));
                }

                var pause = running.Count == 0 ? _mapping.Pace.NoShard : _mapping.Pace.ShardDiscovery;
                var ended = running.Count == 0 ? new TaskCompletionSource().Task : Task.WhenAny(running.Values);
                await AsyncSignal.WaitAsync(ended, pause, _mapping.Time, stopping);
                foreach (var (id, run) in running.Where(shard => shard.Value.IsCompleted).ToList())
                {
                    await run;
                    running.Remove(id);
                }
            }
        }
        finally
        {
            failed.Cancel();
            await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task ConsumeAsync(ShardCheckpoint checkpoint, CancellationToken stopping, CancellationToken aborting)
    {
        using var consumer = new ShardConsumer(_mapping, checkpoint);
        await consumer.RunAsync(stopping, aborting);
    }

    private async Task<IReadOnlyList<Shard>> ShardsAsync(CancellationToken stopping)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                var shards = await _mapping.Reader.ListShardsAsync(stopping);
                if (failures > 1)
                    _mapping.ReportProblem(MappingDependency.Source, null);
                return shards;
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                var delay = _mapping.Backoff.After(failures);
                _mapping.ReportProblem(MappingDependency.Source, error.Message);
                _mapping.Logger.PollFailed(error, _mapping.Id, "the list of shards", error.Message, delay);
                await Task.Delay(delay, _mapping.Time, stopping);
            }
        }
    }

    private async Task<Dictionary<string, ShardCheckpoint>> CheckpointsAsync(CancellationToken stopping)
    {
        var checkpoints = await _mapping.Checkpoints.LoadAsync(_mapping.Id, stopping) ?? [];
        return checkpoints.ToDictionary(checkpoint => checkpoint.ShardId, StringComparer.Ordinal);
    }

    private async Task ForgetAsync(Dictionary<string, ShardCheckpoint> checkpoints)
    {
        foreach (var checkpoint in checkpoints.Values.Where(checkpoint => checkpoint.Finished && _listing.HasForgotten(checkpoint.ShardId)))
            await _mapping.Checkpoints.ForgetAsync(_mapping.Id, checkpoint.ShardId);
    }

    /// <summary>
    /// Returns whether reading a shard can start. A shard is ready if it is not finished and if its parent (if any) is
    /// finished, or is neither listed in the stream nor being read.
    /// </summary>
    private bool IsReady(Shard shard, Dictionary<string, ShardCheckpoint> checkpoints, Dictionary<string, Task> running) =>
        checkpoints.GetValueOrDefault(shard.Id)?.Finished != true
        && (shard.ParentId is not { } parent
            || checkpoints.GetValueOrDefault(parent)?.Finished == true
            || (!running.ContainsKey(parent) && _listing.HasForgottenParentOf(shard)));
}
