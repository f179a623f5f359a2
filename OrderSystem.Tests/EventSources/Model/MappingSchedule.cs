using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.Tests.EventSources.Model;

/// <summary>One random schedule: a mapping under a random configuration, and everything that can happen to it.</summary>
internal sealed class MappingSchedule
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Random _random;
    private readonly SimulatedWorld _world;
    private readonly ScriptedStream _stream;
    private readonly ScriptedFunction _function;
    private readonly MappingOracle _oracle;
    private readonly InMemoryCheckpointStore _kept = new();
    private readonly EventSourceMappingConfiguration _configuration;
    private readonly List<(ScriptedShard Shard, List<string> Keys)> _open = [];
    private readonly double _failureRate;
    private readonly double _throttleRate;
    private readonly bool _reports;
    private CancellationTokenSource _stopping = new();
    private SimulatedProcess? _process;
    private Task _run = Task.CompletedTask;
    private bool _healed;
    private int _written;
    private int _destinationFaults;

    public MappingSchedule(int seed)
    {
        _random = new Random(seed);
        _world = new SimulatedWorld(seed);
        _stream = new ScriptedStream(_world.Time) { PageSize = _random.Next(1, 12) };
        _reports = _random.Next(2) == 0;
        _configuration = new EventSourceMappingConfiguration
        {
            BatchSize = _random.Next(1, 8),
            ParallelizationFactor = _random.Next(3) == 0 ? _random.Next(2, 5) : 1,
            MaximumBatchingWindow = _random.Next(4) == 0 ? TimeSpan.FromSeconds(_random.Next(1, 4)) : TimeSpan.Zero,
            MaximumRetryAttempts = _random.Next(4) == 0 ? -1 : _random.Next(0, 4),
            MaximumRecordAge = _random.Next(5) == 0 ? TimeSpan.FromSeconds(60) : null,
            BisectBatchOnFunctionError = _random.Next(2) == 0,
            ReportBatchItemFailures = _reports,
            Filter = _random.Next(3) == 0 ? MappingHarness.Filter("""{"name":[{"anything-but":{"prefix":"x"}}]}""") : OrderSystem.EventSources.Filters.FilterCriteria.None,
        };
        _failureRate = _random.Next(2) == 0 ? 0 : _random.NextDouble() * 0.5;
        _throttleRate = _random.Next(3) == 0 ? _random.NextDouble() * 0.4 : 0;
        _oracle = new MappingOracle(_world.Time, _configuration, record => _configuration.Filter.Matches(record.Json));
        _function = new ScriptedFunction(_world)
        {
            Entered = _oracle.Entered,
            Answer = call => _oracle.Answered(call, Answer(call)),
            Duration = _ => _random.Next(3) == 0 ? TimeSpan.FromMilliseconds(_random.Next(1, 3000)) : TimeSpan.Zero,
        };
        _open.Add((_stream.AddShard(), [.. Enumerable.Range(0, 6).Select(i => $"k{i}")]));
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What the contract was broken in; empty where it held.</returns>
    public IReadOnlyList<string> Run()
    {
        Start();
        var steps = _random.Next(20, 70);
        for (var i = 0; i < steps; i++)
            Act();
        _healed = true;
        if (_run.IsCompleted)
            Start();
        if (!_world.RunUntil(() => AllDone() || _run.IsFaulted, 24 * Hour))
            _oracle.Faults.Add("it does not come to an end");
        if (_run.IsFaulted)
            _oracle.Faults.Add($"it broke: {_run.Exception!.InnerException}");
        _oracle.CheckEverythingDealtWith();
        return _oracle.Faults;
    }

    private void Act()
    {
        switch (_random.Next(20))
        {
            case < 9:
                Write(_random.Next(1, 6));
                break;
            case < 14:
                _world.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 2000)));
                break;
            case 14:
                Split();
                break;
            case 15:
                _stream.ExpireIterators();
                break;
            case 16:
                _stream.FailNextRead(new HttpRequestException("refused"));
                _destinationFaults += _random.Next(2);
                break;
            case 17:
                Kill();
                break;
            case 18:
                Restart();
                break;
            default:
                _world.Advance(TimeSpan.FromSeconds(_random.Next(1, 30)));
                break;
        }
    }

    private void Write(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (shard, keys) = _open[_random.Next(_open.Count)];
            var kind = _random.Next(8) switch { 0 => "poison", 1 or 2 => "x", _ => "good" };
            _oracle.Written(shard, _stream.Write(shard, keys[_random.Next(keys.Count)], $"{kind}-{_written++}"));
        }
    }

    private void Split()
    {
        var index = _random.Next(_open.Count);
        var (shard, keys) = _open[index];
        if (keys.Count < 2)
            return;
        var children = _stream.Split(shard);
        _open.RemoveAt(index);
        _open.Add((children[0], keys[..(keys.Count / 2)]));
        _open.Add((children[1], keys[(keys.Count / 2)..]));
    }

    private void Start()
    {
        _stopping = new CancellationTokenSource();
        var source = new StreamEventSource("mapping", _configuration, _stream, _function, new SlowCheckpoints(_kept), new SlowDestination(this), new EventSourceOptions
        {
            TimeProvider = _world.Time,
        });
        _process = _world.Start(() => _run = source.RunAsync(_stopping.Token, CancellationToken.None));
    }

    // Amid whatever it is doing: some continuations have run, others have not.
    private void Kill()
    {
        for (var steps = _random.Next(12); steps > 0 && _world.Step(); steps--)
        {
        }

        _process!.Kill();
        _world.Advance(TimeSpan.FromMilliseconds(_random.Next(0, 4000)));
        Start();
    }

    private void Restart()
    {
        _world.Start(_stopping.Cancel);
        if (!_world.RunUntil(() => _run.IsCompleted, 24 * Hour))
            _oracle.Faults.Add("it does not stop");
        Start();
    }

    private InvocationOutcome Answer(FunctionCall call)
    {
        if (!_healed && _random.NextDouble() < _throttleRate)
            return call.Throttle();
        if (!_healed && _random.NextDouble() < _failureRate)
            return _random.Next(5) == 0 ? call.Succeed("""{"batchItemFailures":[{"itemIdentifier":""}]}""") is var malformed && _reports ? malformed : call.Fail() : call.Fail("Sandbox.Timedout");
        var poison = call.Names.Where(name => name.StartsWith("poison", StringComparison.Ordinal)).ToList();
        // With neither limit a poison would hold its shard for ever: then the function learns to live with it.
        if (poison.Count == 0 || (_configuration.MaximumRetryAttempts < 0 && _configuration.MaximumRecordAge is null && (_healed || _random.Next(4) == 0)))
            return call.Succeed();
        return _reports && _random.Next(6) != 0 ? call.Report(poison) : call.Fail();
    }

    private bool AllDone() => _oracle.AllDealtWith && _function.Running == 0;

    /// <summary>Takes a moment, in which a kill may come.</summary>
    private sealed class SlowCheckpoints(ICheckpointStore inner) : ICheckpointStore
    {
        public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken) => inner.LoadAsync(mappingId, cancellationToken);

        public async Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
        {
            await Task.Yield();
            await inner.SaveAsync(mappingId, checkpoint);
        }

        public async Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints)
        {
            await Task.Yield();
            await inner.BeginAsync(mappingId, checkpoints);
        }

        public Task ForgetAsync(string mappingId, string shardId) => inner.ForgetAsync(mappingId, shardId);

        public Task DeleteAsync(string mappingId) => inner.DeleteAsync(mappingId);
    }

    private sealed class SlowDestination(MappingSchedule schedule) : IOnFailureDestination
    {
        public async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (schedule._destinationFaults > 0)
            {
                schedule._destinationFaults--;
                throw new InvalidOperationException("no such queue");
            }

            schedule._oracle.Parked(record);
            await Task.Yield();
        }
    }
}
