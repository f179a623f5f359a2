using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Testing;

/// <summary>A mapping on a scripted stream and function, in a simulated world.</summary>
public sealed class MappingHarness
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(48);

    private Action _stop = () => { };
    private SimulatedProcess? _process;
    private Task _run = Task.CompletedTask;

    /// <param name="configuration">How the mapping reads; as Lambda does by default, unless given.</param>
    /// <param name="seed">Draws the order in which continuations run that are ready together.</param>
    public MappingHarness(EventSourceMappingConfiguration? configuration = null, int? seed = null)
    {
        World = new SimulatedWorld(seed);
        Configuration = configuration ?? new EventSourceMappingConfiguration();
        Stream = new ScriptedStream(World.Time);
        Function = new ScriptedFunction(World);
        Shard = Stream.AddShard();
    }

    /// <summary>The mapping's id.</summary>
    public string Id { get; init; } = "mapping";

    /// <summary>What it all runs in.</summary>
    public SimulatedWorld World { get; }

    /// <summary>How the mapping reads from its next start on.</summary>
    public EventSourceMappingConfiguration Configuration { get; set; }

    /// <summary>The stream.</summary>
    public ScriptedStream Stream { get; }

    /// <summary>The stream's first shard.</summary>
    public ScriptedShard Shard { get; }

    /// <summary>The function.</summary>
    public ScriptedFunction Function { get; }

    /// <summary>What survives a kill.</summary>
    public InMemoryCheckpointStore Checkpoints { get; } = new();

    /// <summary>The on-failure destination.</summary>
    public ScriptedDestination Parked { get; } = new();

    /// <summary>What the mapping reported of each invocation.</summary>
    public IList<string> Results { get; } = [];

    /// <summary>Set around <see cref="Checkpoints"/>, sees or delays every save.</summary>
    public Func<ICheckpointStore, ICheckpointStore> Store { get; set; } = store => store;

    /// <summary>How often the stream is asked.</summary>
    public PollingPace Pace { get; set; } = new();

    /// <summary>Takes what happens.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Filter criteria of these patterns.</summary>
    public static FilterCriteria Filter(params string[] patterns) => FilterCriteria.Parse(patterns);

    /// <summary>Writes records to the first shard, each under a key of its own.</summary>
    public void Write(params string[] names)
    {
        foreach (var name in names)
            Stream.Write(Shard, key: name, name);
    }

    /// <summary>Starts the mapping, or starts it again after it was stopped or killed.</summary>
    public void Start()
    {
        var stopping = new CancellationTokenSource();
        _stop = stopping.Cancel;
        var source = new StreamEventSource(Id, Configuration, Stream, Function, Store(Checkpoints), Parked, new EventSourceOptions
        {
            TimeProvider = World.Time,
            Pace = Pace,
            Report = Results.Add,
            Logger = Logger,
        });
        _process = World.Start(() => _run = source.RunAsync(stopping.Token, CancellationToken.None));
        World.Settle();
    }

    /// <summary>Ends the mapping between two batches.</summary>
    public void Stop()
    {
        World.Start(_stop);
        if (!World.RunUntil(() => _run.IsCompleted, Limit))
            throw new SimulationException("The mapping does not stop.");
    }

    /// <summary>Ends the mapping wherever it is.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>Lets time pass until something holds.</summary>
    public void RunUntil(Func<bool> condition)
    {
        var met = World.RunUntil(() => condition() || _run.IsFaulted, Limit);
        if (_run.IsFaulted)
            _run.GetAwaiter().GetResult();
        if (!met)
            throw new SimulationException($"It did not come to that. Batches: {Function.Batches}");
    }

    /// <summary>Lets time pass until every record written to a shard is dealt with.</summary>
    public void RunUntilDone(params IReadOnlyList<ScriptedShard> shards) => RunUntil(() => (shards.Count == 0 ? [Shard] : shards).All(IsDone));

    /// <summary>The checkpoint of a shard.</summary>
    public ShardCheckpoint? Checkpoint(ScriptedShard? shard = null)
    {
        // In memory, it has completed by then.
        var load = Checkpoints.LoadAsync(Id, CancellationToken.None).AsTask();
        return load.Result?.FirstOrDefault(checkpoint => checkpoint.ShardId == (shard ?? Shard).Id);
    }

    private bool IsDone(ScriptedShard shard) =>
        Checkpoint(shard) is { } checkpoint && (checkpoint.Finished || checkpoint.After == shard.Records.LastOrDefault()?.SequenceNumber);
}
