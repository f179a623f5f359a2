using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.CrashTests.Faults.Ports;

/// <summary>Decorates the dependencies of an event source mapping with crash points.</summary>
internal static class FaultyStream
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(50);

    public static StreamEventSourceFactory Around(StreamEventSourceFactory inner, FaultInjector faults) => (mappingId, configuration, reader, function, checkpoints, onFailure, options) => inner(
        mappingId, configuration, new Reader(reader, faults), new Function(function, faults), new Checkpoints(checkpoints, faults),
            onFailure is null ? null : new OnFailure(onFailure, faults), options with { Pace = Leisurely(options.Pace) });

    // Poll DynamoDB Local less often than usual. This saves CPU time, because many runs execute on the same machine.
    private static PollingPace Leisurely(PollingPace pace) => pace.Busy < BusyPause && pace.Busy >= TimeSpan.Zero ? pace with { Busy = BusyPause } : pace;

    private static IOException Failure() => new("Injected fault.");

    private sealed class Reader(IShardReader inner, FaultInjector faults) : IShardReader
    {
        public string StreamArn => inner.StreamArn;

        public TimeSpan? Retention => inner.Retention;

        public ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken) => inner.ListShardsAsync(cancellationToken);

        public ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken) => inner.GetLatestSequenceNumberAsync(shardId, cancellationToken);

        public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken) =>
            inner.GetIteratorAsync(shardId, afterSequenceNumber, cancellationToken);

        // If a read returns no records, there is nothing that a fault could lose, so the read has no crash points.
        public async ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken)
        {
            var page = await inner.GetRecordsAsync(iterator, limit, cancellationToken);
            return page.Records.Count == 0 ? page : await faults.AroundAsync(CrashPoints.ReadStream, "", () => Task.FromResult(page), Failure);
        }

        public Task WaitForRecordsAsync(string iterator, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) =>
            inner.WaitForRecordsAsync(iterator, atMost, time, cancellationToken);
    }

    private sealed class Function(IFunction inner, FaultInjector faults) : IFunction
    {
        public string Arn => inner.Arn;

        public async Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
        {
            try
            {
                return await faults.AroundAsync(CrashPoints.InvokeFunction, "", () => inner.InvokeAsync(payload, cancellationToken), Failure);
            }
            catch (IOException e)
            {
                return new InvocationOutcome.Failed(Guid.NewGuid().ToString(), "Unhandled", e.Message);
            }
        }
    }

    private sealed class Checkpoints(ICheckpointStore inner, FaultInjector faults) : ICheckpointStore
    {
        public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken) => inner.LoadAsync(mappingId, cancellationToken);

        public Task SaveAsync(string mappingId, ShardCheckpoint checkpoint) =>
            faults.AroundAsync(CrashPoints.SaveCheckpoint, "", () => inner.SaveAsync(mappingId, checkpoint), Failure);

        public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints) => inner.BeginAsync(mappingId, checkpoints);

        public Task ForgetAsync(string mappingId, string shardId) => inner.ForgetAsync(mappingId, shardId);

        public Task DeleteAsync(string mappingId) => inner.DeleteAsync(mappingId);
    }

    private sealed class OnFailure(IOnFailureDestination inner, FaultInjector faults) : IOnFailureDestination
    {
        public bool TakesPayload => inner.TakesPayload;

        public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
            faults.AroundAsync(CrashPoints.Park, "", () => inner.SendAsync(record, cancellationToken), Failure);
    }
}
