using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Filters;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.Tests.EventSources.Simulation;

/// <summary>A mapping on a scripted stream and function, in a simulated world.</summary>
internal sealed class MappingHarness
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(48);

    private CancellationTokenSource _stopping = new();
    private SimulatedWorld.Process? _process;
    private Task _run = Task.CompletedTask;

    public MappingHarness(EventSourceMappingConfiguration? configuration = null, int? seed = null)
    {
        World = new SimulatedWorld(seed);
        Configuration = configuration ?? new EventSourceMappingConfiguration();
        Stream = new ScriptedStream(World.Time);
        Function = new ScriptedFunction(World);
        Shard = Stream.AddShard();
    }

    public SimulatedWorld World { get; }

    public EventSourceMappingConfiguration Configuration { get; set; }

    public ScriptedStream Stream { get; }

    public ScriptedShard Shard { get; }

    public ScriptedFunction Function { get; }

    public InMemoryCheckpointStore Checkpoints { get; } = new();

    public ScriptedDestination Parked { get; } = new();

    public List<string> Results { get; } = [];

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
        _stopping = new CancellationTokenSource();
        var source = new StreamEventSource("mapping", Configuration, Stream, Function, Checkpoints, Parked, new EventSourceOptions
        {
            TimeProvider = World.Time,
            Report = Results.Add,
        });
        _process = World.Start(() => _run = source.RunAsync(_stopping.Token, CancellationToken.None));
        World.Settle();
    }

    /// <summary>Ends the mapping between two batches.</summary>
    public void Stop()
    {
        World.Start(_stopping.Cancel);
        Assert.True(World.RunUntil(() => _run.IsCompleted, Limit));
    }

    /// <summary>Ends the mapping wherever it is.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>Lets time pass until something holds.</summary>
    public void RunUntil(Func<bool> condition)
    {
        var met = World.RunUntil(() => condition() || _run.IsFaulted, Limit);
        if (_run.IsFaulted)
            _run.GetAwaiter().GetResult();
        Assert.True(met, $"It did not come to that. Batches: {Function.Batches}");
    }

    /// <summary>Lets time pass until every record written to a shard is dealt with.</summary>
    public void RunUntilDone(params ScriptedShard[] shards) => RunUntil(() => (shards.Length == 0 ? [Shard] : shards).All(IsDone));

    /// <summary>The checkpoint of a shard.</summary>
    public ShardCheckpoint? Checkpoint(ScriptedShard? shard = null)
    {
        // In memory, it has completed by then.
        var load = Checkpoints.LoadAsync("mapping", CancellationToken.None).AsTask();
        Assert.True(load.IsCompletedSuccessfully);
        return load.Result?.FirstOrDefault(checkpoint => checkpoint.ShardId == (shard ?? Shard).Id);
    }

    private bool IsDone(ScriptedShard shard) =>
        Checkpoint(shard) is { } checkpoint && (checkpoint.Finished || checkpoint.After == shard.Records.LastOrDefault()?.SequenceNumber);
}

/// <summary>An on-failure destination that keeps what it is sent.</summary>
internal sealed class ScriptedDestination : IOnFailureDestination
{
    private readonly Queue<Exception> _faults = new();

    public List<JsonNode> Records { get; } = [];

    /// <summary>First and last sequence number of each parked batch.</summary>
    public IEnumerable<(string First, string Last, int Count)> Ranges => Records.Select(record => record["DDBStreamBatchInfo"]!)
        .Select(info => ((string)info["startSequenceNumber"]!, (string)info["endSequenceNumber"]!, (int)info["batchSize"]!));

    public IEnumerable<string> Conditions => Records.Select(record => (string)record["requestContext"]!["condition"]!);

    public bool TakesPayload { get; set; }

    public void FailNext(Exception fault) => _faults.Enqueue(fault);

    public Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        if (_faults.TryDequeue(out var fault))
            throw fault;
        Records.Add(JsonNode.Parse(record.Span)!);
        return Task.CompletedTask;
    }
}
