using System.Text.Encodings.Web;
using System.Text.Json;
using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.LocalCloud.TestSupport.Contracts;

/// <summary>
/// The tests that every checkpoint store must pass. The test class of a checkpoint store inherits from this class, or from
/// <see cref="DurableCheckpointStoreContract"/> if the store's data survives a restart of the process.
/// </summary>
public abstract class CheckpointStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    protected string Mapping { get; } = Guid.NewGuid().ToString();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICheckpointStore Checkpoints { get; }

    [Fact]
    public async Task A_mapping_that_never_began_loads_as_null() => Assert.Null(await Checkpoints.LoadAsync(Mapping, Cancellation));

    [Fact]
    public async Task A_mapping_may_begin_with_no_checkpoint()
    {
        await Checkpoints.BeginAsync(Mapping, []);
        Assert.Empty((await Checkpoints.LoadAsync(Mapping, Cancellation))!);
    }

    [Fact]
    public async Task Load_returns_the_latest_checkpoint_of_each_shard()
    {
        await Checkpoints.BeginAsync(Mapping, [new ShardCheckpoint("a", "5"), new ShardCheckpoint("b", null)]);
        var window = new WindowCheckpoint(Noon, """{"sum":"Ωé🛒"}""");
        await Checkpoints.SaveAsync(Mapping, new ShardCheckpoint("a", "12", Finished: true));
        await Checkpoints.SaveAsync(Mapping, new ShardCheckpoint("b", "7", Lanes: ["9", null, "8"], Window: window));
        var shards = (await Checkpoints.LoadAsync(Mapping, Cancellation))!.ToDictionary(shard => shard.ShardId);
        Assert.Equal(2, shards.Count);
        Assert.Equal(("12", true), (shards["a"].After, shards["a"].Finished));
        Assert.Equal(("7", false), (shards["b"].After, shards["b"].Finished));
        Assert.Equal(["9", null, "8"], shards["b"].Lanes);
        Assert.Equal(window, shards["b"].Window);
    }

    [Fact]
    public async Task Forget_removes_one_shard_and_Delete_removes_one_mapping()
    {
        var other = Guid.NewGuid().ToString();
        await Checkpoints.BeginAsync(Mapping, [new ShardCheckpoint("a", "1"), new ShardCheckpoint("b", "2")]);
        await Checkpoints.BeginAsync(other, [new ShardCheckpoint("a", "3")]);
        await Checkpoints.ForgetAsync(Mapping, "a");
        Assert.Equal("b", Assert.Single((await Checkpoints.LoadAsync(Mapping, Cancellation))!).ShardId);
        await Checkpoints.DeleteAsync(Mapping);
        Assert.Null(await Checkpoints.LoadAsync(Mapping, Cancellation));
        Assert.Equal("3", Assert.Single((await Checkpoints.LoadAsync(other, Cancellation))!).After);
    }

    [Fact]
    public async Task A_deleted_mapping_can_begin_again()
    {
        await Checkpoints.DeleteAsync(Mapping);
        await Checkpoints.BeginAsync(Mapping, [new ShardCheckpoint("a", "1"), new ShardCheckpoint("b", "2")]);
        await Checkpoints.ForgetAsync(Mapping, "no such shard");
        await Checkpoints.DeleteAsync(Mapping);
        await Checkpoints.BeginAsync(Mapping, [new ShardCheckpoint("b", "3")]);
        AssertSame([new ShardCheckpoint("b", "3")], await Checkpoints.LoadAsync(Mapping, Cancellation));
    }

    [Fact]
    public async Task Checkpoints_with_lanes_and_windows_load_unchanged()
    {
        var checkpoints = ManyCheckpoints();
        await Checkpoints.BeginAsync(Mapping, checkpoints);
        AssertSame(checkpoints, await Checkpoints.LoadAsync(Mapping, Cancellation));
    }

    [Theory]
    [InlineData("Ωé 商品 🛒 \u200d\u0301 \"'\\\\ \u0001", 1)]
    [InlineData("Ωé🛒", 100_000)]
    public async Task Large_and_unicode_window_states_load_unchanged(string text, int times)
    {
        var state = JsonSerializer.Serialize(string.Concat(Enumerable.Repeat(text, times)), Unescaped);
        var checkpoint = new ShardCheckpoint("a", "1", Window: new WindowCheckpoint(Noon, state));
        await Checkpoints.BeginAsync(Mapping, []);
        await Checkpoints.SaveAsync(Mapping, checkpoint);
        AssertSame([checkpoint], await Checkpoints.LoadAsync(Mapping, Cancellation));
    }

    [Fact]
    public async Task Cancelled_load_throws_and_changes_nothing()
    {
        await Checkpoints.BeginAsync(Mapping, [new ShardCheckpoint("a", "1")]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Checkpoints.LoadAsync(Mapping, new CancellationToken(canceled: true)));
        AssertSame([new ShardCheckpoint("a", "1")], await Checkpoints.LoadAsync(Mapping, Cancellation));
    }

    [Fact]
    public async Task Concurrent_saves_of_many_shards_are_all_stored()
    {
        await Checkpoints.BeginAsync(Mapping, []);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Checkpoints.SaveAsync(Mapping, new ShardCheckpoint($"shard-{i}", $"{i}"))));
        var shards = await Checkpoints.LoadAsync(Mapping, Cancellation);
        Assert.Equal(50, shards!.Count);
        Assert.All(shards, shard => Assert.Equal($"shard-{shard.After}", shard.ShardId));
    }

    protected static IReadOnlyList<ShardCheckpoint> ManyCheckpoints() => [.. Enumerable.Range(0, 300).Select(i => new ShardCheckpoint(
        $"shardId-{i:00000000000000000000}-é商🛒",
        i % 5 == 0 ? null : $"{i * 7}",
        Finished: i % 3 == 0,
        Lanes: i % 2 == 0 ? null : [.. Enumerable.Range(0, 10).Select(lane => lane % 4 == 0 ? null : $"{i * 7 + lane}")],
        Window: i % 4 == 0 ? new WindowCheckpoint(Noon.AddTicks(i), $$"""{"sum":{{i}}.10}""") : null))];

    protected static void AssertSame(IEnumerable<ShardCheckpoint> expected, IEnumerable<ShardCheckpoint>? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Select(Text).Order(StringComparer.Ordinal), actual.Select(Text).Order(StringComparer.Ordinal));
    }

    private static string Text(ShardCheckpoint checkpoint) => JsonSerializer.Serialize(checkpoint);
}

/// <summary>The tests that every durable checkpoint store must pass.</summary>
public abstract class DurableCheckpointStoreContract : CheckpointStoreContract
{
    /// <summary>
    /// Returns the checkpoints that a new process would load for a mapping if this process were killed now; null if the
    /// mapping has never started.
    /// </summary>
    protected abstract Task<IReadOnlyList<ShardCheckpoint>?> LeftAsync(string mappingId);

    [Fact]
    public async Task Saved_changes_survive_the_process()
    {
        Assert.Null(await LeftAsync(Mapping));
        var checkpoints = ManyCheckpoints();
        await Checkpoints.BeginAsync(Mapping, checkpoints);
        AssertSame(checkpoints, await LeftAsync(Mapping));
        await Checkpoints.SaveAsync(Mapping, checkpoints[0] with { After = "8" });
        await Checkpoints.ForgetAsync(Mapping, checkpoints[1].ShardId);
        AssertSame([checkpoints[0] with { After = "8" }, .. checkpoints.Skip(2)], await LeftAsync(Mapping));
        await Checkpoints.DeleteAsync(Mapping);
        Assert.Null(await LeftAsync(Mapping));
    }
}
