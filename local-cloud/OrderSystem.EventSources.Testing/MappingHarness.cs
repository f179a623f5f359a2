using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Testing;

/// <summary>Runs an event source mapping with a scripted stream and a scripted function in a simulated world.</summary>
public sealed class MappingHarness
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(48);

    private Action _stop = () => { };
    private SimulatedProcess? _process;
    private Task _run = Task.CompletedTask;

    /// <param name="configuration">The mapping's configuration; null means Lambda's defaults.</param>
    /// <param name="seed">
    /// The seed for the random order in which ready continuations run; null runs them in the order in which they became
    /// ready.
    /// </param>
    public MappingHarness(EventSourceMappingConfiguration? configuration = null, int? seed = null)
    {
        World = new SimulatedWorld(seed);
        Configuration = configuration ?? new EventSourceMappingConfiguration();
        Stream = new ScriptedStream(World.Time);
        Function = new ScriptedFunction(World);
        Shard = Stream.AddShard();
    }

    /// <summary>The id of the mapping.</summary>
    public string Id { get; init; } = "mapping";

    /// <summary>The simulated world in which the mapping and its function run.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The mapping's configuration. A change takes effect the next time the mapping starts.</summary>
    public EventSourceMappingConfiguration Configuration { get; set; }

    /// <summary>The stream that the mapping reads.</summary>
    public ScriptedStream Stream { get; }

    /// <summary>The first shard of the stream.</summary>
    public ScriptedShard Shard { get; }

    /// <summary>The function that the mapping invokes.</summary>
    public ScriptedFunction Function { get; }

    /// <summary>The checkpoints, which are kept when the mapping is killed.</summary>
    public InMemoryCheckpointStore Checkpoints { get; } = new();

    /// <summary>The on-failure destination of the mapping.</summary>
    public ScriptedDestination Parked { get; } = new();

    /// <summary>The results that the mapping reported, one per invocation.</summary>
    public IList<string> Results { get; } = [];

    /// <summary>
    /// Returns the checkpoint store that the mapping uses: <see cref="Checkpoints"/> itself, or a wrapper that, for
    /// example, delays saves.
    /// </summary>
    public Func<ICheckpointStore, ICheckpointStore> Store { get; set; } = store => store;

    /// <summary>How often the mapping polls the stream.</summary>
    public PollingPace Pace { get; set; } = new();

    /// <summary>The logger that receives the mapping's log messages.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Compiles filter patterns.</summary>
    public static FilterCriteria Filter(params string[] patterns) => FilterCriteria.Parse(patterns);

    /// <summary>Writes records to the first shard, each with its own key.</summary>
    public void Write(params string[] names)
    {
        foreach (var name in names)
            Stream.Write(Shard, key: name, name);
    }

    /// <summary>Starts the mapping, or restarts it after a stop or a kill.</summary>
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

    /// <summary>Stops the mapping after the batch in progress.</summary>
    public void Stop()
    {
        World.Start(_stop);
        if (!World.RunUntil(() => _run.IsCompleted, Limit))
            throw new SimulationException("The mapping did not stop.");
    }

    /// <summary>Kills the mapping's simulated process immediately.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>Advances the clock until a condition is true; throws if that takes more than 48 simulated hours.</summary>
    public void RunUntil(Func<bool> condition)
    {
        var met = World.RunUntil(() => condition() || _run.IsFaulted, Limit);
        if (_run.IsFaulted)
            _run.GetAwaiter().GetResult();
        if (!met)
            throw new SimulationException($"The condition was not met within 48 simulated hours. Batches so far: {Function.Batches}");
    }

    /// <summary>
    /// Advances the clock until the checkpoints cover all records of the given shards. Without arguments, the method waits
    /// only for the first shard.
    /// </summary>
    public void RunUntilDone(params IReadOnlyList<ScriptedShard> shards) => RunUntil(() => (shards.Count == 0 ? [Shard] : shards).All(IsDone));

    /// <summary>
    /// Returns the checkpoint of a shard, or of the first shard if none is given; null if there is no checkpoint yet.
    /// </summary>
    public ShardCheckpoint? Checkpoint(ScriptedShard? shard = null)
    {
        // The in-memory store always completes synchronously, so reading the task's result does not block.
        var load = Checkpoints.LoadAsync(Id, CancellationToken.None).AsTask();
        return load.Result?.FirstOrDefault(checkpoint => checkpoint.ShardId == (shard ?? Shard).Id);
    }

    private bool IsDone(ScriptedShard shard) =>
        Checkpoint(shard) is { } checkpoint && (checkpoint.Finished || checkpoint.After == shard.Records.LastOrDefault()?.SequenceNumber);
}
