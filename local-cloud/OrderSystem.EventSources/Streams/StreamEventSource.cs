using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// A stream as an event source: finds its shards, reads each after its parent, remembers how far it came. Lambda Developer
/// Guide: "Using AWS Lambda with Amazon DynamoDB".
/// </summary>
public sealed class StreamEventSource : IEventSource
{
    private readonly StreamMapping _mapping;
    private readonly ShardListing _listing = new();

    /// <param name="mappingId">The mapping's id: what its checkpoints are kept under.</param>
    /// <param name="configuration">How to read.</param>
    /// <param name="reader">The stream.</param>
    /// <param name="function">The function.</param>
    /// <param name="checkpoints">Remembers how far it came.</param>
    /// <param name="onFailure">Takes the records of batches given up; none drops them.</param>
    /// <param name="options">What tests and hosts may set.</param>
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

    /// <summary>The plain factory.</summary>
    public static StreamEventSourceFactory Factory { get; } = (mappingId, configuration, reader, function, checkpoints, onFailure, options) =>
        new StreamEventSource(mappingId, configuration, reader, function, checkpoints, onFailure, options);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var running = new Dictionary<string, Task>(StringComparer.Ordinal);
        // A run before this one may have ended amid a parking that is not needed any more.
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

    /// <summary>A new mapping notes where it begins before it reads anything: a restart must not begin elsewhere.</summary>
    private async Task BeginAsync(CancellationToken stopping)
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
                // A shard with children is closed: all it holds is older than now.
                begin.Add(parents.Contains(shard.Id)
                    ? new ShardCheckpoint(shard.Id, After: null, Finished: true)
                    : new ShardCheckpoint(shard.Id, await _mapping.Reader.GetLatestSequenceNumberAsync(shard.Id, stopping)));
            }
        }

        await _mapping.Checkpoints.BeginAsync(_mapping.Id, begin);
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
                _mapping.Logger.ReadFailed(error, _mapping.Id, "(list)", delay);
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

    /// <summary>A shard is read once all of its parent is dealt with, or the stream has forgotten the parent and nothing of it is in hand.</summary>
    private bool IsReady(Shard shard, Dictionary<string, ShardCheckpoint> checkpoints, Dictionary<string, Task> running) =>
        checkpoints.GetValueOrDefault(shard.Id)?.Finished != true
        && (shard.ParentId is not { } parent
            || checkpoints.GetValueOrDefault(parent)?.Finished == true
            || (!running.ContainsKey(parent) && _listing.HasForgottenParentOf(shard)));
}
