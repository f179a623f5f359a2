using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.LocalCloud.Storage;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// Persists checkpoints in one journal file per mapping. The last line for a shard contains the shard's current checkpoint.
/// </summary>
internal sealed class JournalCheckpointStore(string folder) : ICheckpointStore, IAsyncDisposable
{
    private const int LinesBeforeCompaction = 20_000;

    private readonly Dictionary<string, Mapping> _mappings = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mapping = Get(mappingId);
        lock (mapping.Shards)
            return ValueTask.FromResult<IReadOnlyList<ShardCheckpoint>?>(mapping.HasBegun ? [.. mapping.Shards.Values] : null);
    }

    public Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
    {
        var mapping = Get(mappingId);
        lock (mapping.Shards)
            mapping.Shards[checkpoint.ShardId] = checkpoint;
        return AppendAsync(mapping, new Line { Checkpoint = checkpoint });
    }

    // The HasBegun line is written last. If a crash prevents LocalCloud from writing that line, the mapping counts as not started
    // and records its starting positions again.
    public async Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints)
    {
        foreach (var checkpoint in checkpoints)
            await SaveAsync(mappingId, checkpoint);
        var mapping = Get(mappingId);
        mapping.HasBegun = true;
        try
        {
            await AppendAsync(mapping, new Line { HasBegun = true });
        }
        catch
        {
            mapping.HasBegun = false;
            throw;
        }
    }

    public Task ForgetAsync(string mappingId, string shardId)
    {
        var mapping = Get(mappingId);
        lock (mapping.Shards)
            mapping.Shards.Remove(shardId);
        return AppendAsync(mapping, new Line { Forgotten = shardId });
    }

    public async Task DeleteAsync(string mappingId)
    {
        Mapping? mapping;
        lock (_gate)
            _mappings.Remove(mappingId, out mapping);
        if (mapping is not null)
            await mapping.Journal.DisposeAsync();
        var path = PathOf(mappingId);
        if (File.Exists(path))
            File.Delete(path);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var mapping in _mappings.Values)
            await mapping.Journal.DisposeAsync();
    }

    private static Task AppendAsync(Mapping mapping, Line line) => mapping.Journal.AppendAsync(Serialize(line));

    private static ReadOnlyMemory<byte> Compact(Mapping mapping)
    {
        using var content = new MemoryStream();
        lock (mapping.Shards)
        {
            foreach (var checkpoint in mapping.Shards.Values)
            {
                content.Write(Serialize(new Line { Checkpoint = checkpoint }));
                content.WriteByte((byte)'\n');
            }
        }

        if (mapping.HasBegun)
        {
            content.Write(Serialize(new Line { HasBegun = true }));
            content.WriteByte((byte)'\n');
        }

        return content.ToArray();
    }

    private Mapping Get(string mappingId)
    {
        lock (_gate)
        {
            if (_mappings.TryGetValue(mappingId, out var mapping))
                return mapping;
            return _mappings[mappingId] = new Mapping(PathOf(mappingId));
        }
    }

    private string PathOf(string mappingId) => Path.Combine(folder, mappingId + ".journal");

    private static byte[] Serialize(Line line) => JsonSerializer.SerializeToUtf8Bytes(line, LineContext.Default.Line);

    private sealed class Mapping
    {
        public Mapping(string path) => Journal = Journal.Open(path, Replay, () => Compact(this), () => LinesBeforeCompaction);

        public Dictionary<string, ShardCheckpoint> Shards { get; } = new(StringComparer.Ordinal);

        public Journal Journal { get; }

        public bool HasBegun { get; set; }

        private void Replay(ReadOnlySpan<byte> text)
        {
            var line = JsonSerializer.Deserialize(text, LineContext.Default.Line)!;
            HasBegun |= line.HasBegun;
            if (line.Checkpoint is { } checkpoint)
                Shards[checkpoint.ShardId] = checkpoint;
            if (line.Forgotten is { } shardId)
                Shards.Remove(shardId);
        }
    }

    internal sealed record Line
    {
        public ShardCheckpoint? Checkpoint { get; init; }

        public string? Forgotten { get; init; }

        public bool HasBegun { get; init; }
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(JournalCheckpointStore.Line))]
internal sealed partial class LineContext : JsonSerializerContext;
