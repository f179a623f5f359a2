using OrderSystem.EventSources.Checkpoints;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>What every checkpoint store promises. An adapter inherits it.</summary>
public abstract class CheckpointStoreContract
{
    private readonly string _mapping = Guid.NewGuid().ToString();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ICheckpointStore Checkpoints { get; }

    [Fact]
    public async Task A_mapping_that_has_never_begun_is_null() => Assert.Null(await Checkpoints.LoadAsync(_mapping, Cancellation));

    [Fact]
    public async Task A_mapping_may_begin_with_no_checkpoint()
    {
        await Checkpoints.BeginAsync(_mapping, []);
        Assert.Empty((await Checkpoints.LoadAsync(_mapping, Cancellation))!);
    }

    [Fact]
    public async Task The_latest_checkpoint_of_each_shard_is_what_counts()
    {
        await Checkpoints.BeginAsync(_mapping, [new ShardCheckpoint("a", "5"), new ShardCheckpoint("b", null)]);
        var window = new WindowCheckpoint(Sample.Noon, """{"sum":"Ωé🛒"}""");
        await Checkpoints.SaveAsync(_mapping, new ShardCheckpoint("a", "12", Finished: true));
        await Checkpoints.SaveAsync(_mapping, new ShardCheckpoint("b", "7", Lanes: ["9", null, "8"], Window: window));
        var shards = (await Checkpoints.LoadAsync(_mapping, Cancellation))!.ToDictionary(shard => shard.ShardId);
        Assert.Equal(2, shards.Count);
        Assert.Equal(("12", true), (shards["a"].After, shards["a"].Finished));
        Assert.Equal(("7", false), (shards["b"].After, shards["b"].Finished));
        Assert.Equal(["9", null, "8"], shards["b"].Lanes);
        Assert.Equal(window, shards["b"].Window);
    }

    [Fact]
    public async Task What_is_forgotten_or_deleted_is_gone_and_nothing_else()
    {
        var other = Guid.NewGuid().ToString();
        await Checkpoints.BeginAsync(_mapping, [new ShardCheckpoint("a", "1"), new ShardCheckpoint("b", "2")]);
        await Checkpoints.BeginAsync(other, [new ShardCheckpoint("a", "3")]);
        await Checkpoints.ForgetAsync(_mapping, "a");
        Assert.Equal("b", Assert.Single((await Checkpoints.LoadAsync(_mapping, Cancellation))!).ShardId);
        await Checkpoints.DeleteAsync(_mapping);
        Assert.Null(await Checkpoints.LoadAsync(_mapping, Cancellation));
        Assert.Equal("3", Assert.Single((await Checkpoints.LoadAsync(other, Cancellation))!).After);
    }

    [Fact]
    public async Task Concurrent_saves_of_many_shards_are_all_kept()
    {
        await Checkpoints.BeginAsync(_mapping, []);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Checkpoints.SaveAsync(_mapping, new ShardCheckpoint($"shard-{i}", $"{i}"))));
        var shards = await Checkpoints.LoadAsync(_mapping, Cancellation);
        Assert.Equal(50, shards!.Count);
        Assert.All(shards, shard => Assert.Equal($"shard-{shard.After}", shard.ShardId));
    }
}

public sealed class InMemoryCheckpointStoreTests : CheckpointStoreContract
{
    protected override ICheckpointStore Checkpoints { get; } = new InMemoryCheckpointStore();
}
