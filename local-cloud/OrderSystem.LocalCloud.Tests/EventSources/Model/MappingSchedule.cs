using Microsoft.Extensions.Logging;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>
/// Runs a mapping with a random configuration through a random sequence of writes, failures, updates, kills and restarts.
/// </summary>
internal sealed class MappingSchedule : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Random _random;
    private readonly SimulatedWorld _world;
    private readonly ScriptedStream _stream;
    private readonly ModelFunction _answers;
    private readonly ScriptedFunction _function;
    private readonly MappingOracle _oracle;
    private readonly DirectoryInfo? _disk;
    private readonly List<ScriptedShard> _shards = [];
    private readonly List<(ScriptedShard Shard, List<string> Keys)> _open = [];
    private EventSourceMappingConfiguration _configuration;
    private ICheckpointStore _store = new InMemoryCheckpointStore();
    private SimulatedProcess? _process;
    private EventSourceMapping? _mapping;
    private bool _hasBegun;
    private int _written;
    private int _destinationFaults;

    public MappingSchedule(int seed)
    {
        _random = new Random(seed);
        _world = new SimulatedWorld(seed);
        _configuration = ModelConfiguration.Draw(_random);
        _stream = new ScriptedStream(_world.Time) { PageSize = _random.Next(1, 12), Retention = _random.Next(5) == 0 ? TimeSpan.FromSeconds(90) : null };
        _answers = new ModelFunction(_random, _random.Next(2) == 0 ? 0 : _random.NextDouble() * 0.5, _random.Next(3) == 0 ? _random.NextDouble() * 0.4 : 0);
        _oracle = new MappingOracle(_world.Time, _stream.Retention, record => _configuration.Filter.Matches(record.Json));
        _function = new ScriptedFunction(_world)
        {
            Entered = _oracle.Entered,
            Answer = call => _oracle.Answered(call, _answers.Answer(call, _configuration, LivesWithPoison)),
            Duration = _ => _random.Next(3) == 0 ? TimeSpan.FromMilliseconds(_random.Next(1, 3000)) : TimeSpan.Zero,
        };
        if (_random.Next(40) == 0)
            _disk = Directory.CreateTempSubdirectory("model-");
        Open(_stream.AddShard(), [.. Enumerable.Range(0, 6).Select(i => $"k{i}")]);
    }

    private bool LivesWithPoison => _configuration is { MaximumRetryAttempts: < 0, MaximumRecordAge: null } && _stream.Retention is null;

    public void Dispose()
    {
        CloseDisk();
        _disk?.Delete(recursive: true);
    }

    /// <summary>Runs the schedule to its end.</summary>
    /// <returns>The rule violations that the oracle found; empty if there were none.</returns>
    public IReadOnlyList<string> Run()
    {
        Write(_random.Next(0, 6));
        Start();
        _world.Settle();
        _hasBegun = true;
        var steps = _random.Next(20, 70);
        for (var i = 0; i < steps; i++)
            Act();
        _answers.IsHealed = true;
        if (_mapping!.State == EventSourceMappingState.Disabled)
            Update(_configuration, enabled: true);
        if (!_world.RunUntil(() => _oracle.AllDealtWith && _function.Running == 0, 24 * Hour))
            _oracle.Faults.Add("the mapping does not complete all records within a day");
        _world.Advance(TimeSpan.FromMinutes(1));
        _oracle.CheckEverythingDealtWith();
        return _oracle.Faults;
    }

    private void Act()
    {
        switch (_random.Next(26))
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
            case 17 or 18:
                Kill();
                break;
            case 19:
                Update(_configuration, _mapping!.State != EventSourceMappingState.Disabled);
                break;
            case 20:
                Update(ModelConfiguration.Redraw(_random, _configuration), _mapping!.State != EventSourceMappingState.Disabled);
                break;
            case 21:
                Update(_configuration, enabled: _mapping!.State == EventSourceMappingState.Disabled);
                break;
            case 22:
                Trim();
                break;
            case 23:
                _stream.BreakNextPage(_random.Next(3));
                break;
            case 24:
                _stream.HideOnce(_shards[_random.Next(_shards.Count)]);
                break;
            default:
                _world.Advance(TimeSpan.FromSeconds(_random.Next(1, 30)));
                break;
        }
    }

    private void Open(ScriptedShard shard, List<string> keys)
    {
        _shards.Add(shard);
        _open.Add((shard, keys));
    }

    private void Write(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (shard, keys) = _open[_random.Next(_open.Count)];
            var kind = _random.Next(8) switch { 0 => "poison", 1 or 2 => "x", _ => "good" };
            var isBefore = !_hasBegun && _configuration.StartingPosition == StartingPosition.Latest;
            _oracle.Written(shard, _stream.Write(shard, keys[_random.Next(keys.Count)], $"{kind}-{_written++}"), isBefore);
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
        Open(children[0], keys[..(keys.Count / 2)]);
        Open(children[1], keys[(keys.Count / 2)..]);
    }

    // A stream trims its oldest records first, and removes a closed shard after all of its records are trimmed.
    private void Trim()
    {
        var oldest = _shards.Find(shard => shard.Trimmed < shard.Records.Count) ?? _shards[0];
        var count = Math.Min(oldest.Records.Count, oldest.Trimmed + _random.Next(1, 6));
        ScriptedStream.Trim(oldest, count);
        _oracle.Trimmed(oldest, count);
        if (!oldest.IsClosed || count < oldest.Records.Count || _shards.Exists(shard => shard.Id == oldest.ParentId))
            return;
        _stream.Remove(oldest);
        _shards.Remove(oldest);
    }

    private void Start()
    {
        if (_disk is not null)
            _store = new JournalCheckpointStore(_disk.FullName);
        _process = _world.Start(() =>
        {
            _mapping = new EventSourceMapping("mapping", _configuration, Source, _world.Time, new BreakdownLogger(_oracle));
            _ = _mapping.StartAsync();
        });
    }

    private StreamEventSource Source(EventSourceMapping mapping)
    {
        _oracle.Started(_configuration = mapping.Configuration);
        return new StreamEventSource(
            "mapping", mapping.Configuration, _stream, _function, new ModelCheckpoints(_store, _oracle), new SlowDestination(this), new EventSourceOptions { TimeProvider = _world.Time });
    }

    // Kills the process at a random point: at that moment, some of the continuations that were ready have run and others have
    // not.
    private void Kill()
    {
        for (var steps = _random.Next(12); steps > 0 && _world.Step(); steps--)
        {
        }

        _process!.Kill();
        _oracle.Killed();
        CloseDisk();
        _world.Advance(TimeSpan.FromMilliseconds(_random.Next(0, 4000)));
        Start();
    }

    private void CloseDisk()
    {
        if (_store is JournalCheckpointStore journal)
            journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Update(EventSourceMappingConfiguration configuration, bool enabled)
    {
        var update = Task.CompletedTask;
        _process!.Post(_ => update = UpdateAsync(), null);
        _world.Settle();
        if (!_world.RunUntil(() => update.IsCompleted, 24 * Hour))
            _oracle.Faults.Add("an update of the mapping does not complete within a day");

        async Task UpdateAsync()
        {
            await _mapping!.UpdateAsync(configuration, enabled, CancellationToken.None);
            if (!enabled)
                _oracle.Stopped();
        }
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

    /// <summary>
    /// Reports a violation if the source throws an exception, even though the mapping would restart the source.
    /// </summary>
    private sealed class BreakdownLogger(MappingOracle oracle) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                oracle.Faults.Add($"the mapping's source failed: {exception}");
        }
    }
}
