using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources;

public class MappingProblemTests
{
    private readonly MappingHarness _harness = new(new EventSourceMappingConfiguration { MaximumRetryAttempts = 0 });
    private readonly FailingCheckpoints _checkpoints;
    private readonly EventSourceMapping _mapping;

    public MappingProblemTests()
    {
        _checkpoints = new FailingCheckpoints(_harness.Checkpoints);
        _mapping = new EventSourceMapping("mapping", _harness.Configuration, Source, _harness.World.Time, NullLogger.Instance);
    }

    [Fact]
    public void An_unreadable_stream_is_reported_until_it_recovers()
    {
        Start();
        Assert.Null(_mapping.Problem);
        for (var i = 0; i < 5; i++)
            _harness.Stream.FailNextRead(new HttpRequestException("connection refused"));
        _harness.World.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal("source unavailable: connection refused", _mapping.Problem);
        _harness.World.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(_mapping.Problem);
    }

    [Fact]
    public void Failed_checkpoint_saves_are_reported_until_they_succeed()
    {
        Start();
        _checkpoints.Fault = new IOException("no space left on device");
        _harness.Write("a");
        for (var second = 0; second < 10; second++)
        {
            _harness.World.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("checkpoints cannot be stored: no space left on device", _mapping.Problem);
        }

        _checkpoints.Fault = null;
        _harness.World.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(_mapping.Problem);
        Assert.Equal(_harness.Shard.Records[0].SequenceNumber, _harness.Checkpoint()!.After);
    }

    [Fact]
    public void A_mapping_that_cannot_load_its_checkpoints_reports_it()
    {
        _checkpoints.Fault = new IOException("input/output error");
        Start();
        Assert.Equal("checkpoints cannot be stored: input/output error", _mapping.Problem);
        _checkpoints.Fault = null;
        _harness.World.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_mapping.Problem);
    }

    [Fact]
    public void A_failing_on_failure_destination_is_reported_until_it_recovers()
    {
        Start();
        _harness.Function.Answer = call => call.Fail();
        for (var i = 0; i < 3; i++)
            _harness.Parked.FailNext(new InvalidOperationException("the queue does not exist"));
        _harness.Write("bad");
        _harness.World.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal("on-failure destination unavailable: the queue does not exist", _mapping.Problem);
        _harness.World.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_mapping.Problem);
        Assert.Single(_harness.Parked.Records);
    }

    [Fact]
    public void A_failing_destination_is_not_reported_when_it_is_no_longer_needed()
    {
        Start();
        _harness.Function.Answer = call => call.Fail();
        for (var i = 0; i < 100; i++)
            _harness.Parked.FailNext(new InvalidOperationException("the queue does not exist"));
        _harness.Write("bad");
        _harness.World.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(_mapping.Problem);
        _harness.Function.Answer = call => call.Succeed();
        Await(() => _mapping.UpdateAsync(_mapping.Configuration, enabled: true, CancellationToken.None));
        _harness.World.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_mapping.Problem);
        Assert.Empty(_harness.Parked.Records);
    }

    private StreamEventSource Source(EventSourceMapping mapping) => new(
        mapping.Id, mapping.Configuration, _harness.Stream, _harness.Function, _checkpoints, _harness.Parked,
        new EventSourceOptions { TimeProvider = _harness.World.Time, Report = mapping.Report, ReportProblem = mapping.ReportProblem });

    private void Start()
    {
        _harness.World.Start(() => _ = _mapping.StartAsync());
        _harness.World.Advance(TimeSpan.FromMilliseconds(10));
    }

    private void Await(Func<Task> action)
    {
        var task = Task.CompletedTask;
        _harness.World.Start(() => task = action());
        Assert.True(_harness.World.RunUntil(() => task.IsCompleted, TimeSpan.FromHours(1)));
    }

    /// <summary>A checkpoint store whose operations fail while a fault is set.</summary>
    private sealed class FailingCheckpoints(ICheckpointStore inner) : ICheckpointStore
    {
        public Exception? Fault { get; set; }

        public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken) =>
            Fault is null ? inner.LoadAsync(mappingId, cancellationToken) : throw Fault;

        public Task SaveAsync(string mappingId, ShardCheckpoint checkpoint) => Fault is null ? inner.SaveAsync(mappingId, checkpoint) : Task.FromException(Fault);

        public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints) => Fault is null ? inner.BeginAsync(mappingId, checkpoints) : Task.FromException(Fault);

        public Task ForgetAsync(string mappingId, string shardId) => inner.ForgetAsync(mappingId, shardId);

        public Task DeleteAsync(string mappingId) => inner.DeleteAsync(mappingId);
    }
}
