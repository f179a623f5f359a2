using System.Text;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Streams;

internal sealed class Countdown : IShardReader, IFunction
{
    private readonly CancellationTokenSource _done = new();

    public static async Task RunAsync()
    {
        var (countdown, batches) = (new Countdown(), new EventSourceMappingConfiguration { BatchSize = 2, MaximumRetryAttempts = 3 });
        var source = new StreamEventSource("mapping", batches, countdown, countdown, new InMemoryCheckpointStore(), onFailure: null, new EventSourceOptions());
        await source.RunAsync(countdown._done.Token, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public string StreamArn => "arn:aws:dynamodb:us-east-1:000000000000:table/countdown/stream/1";

    public string Arn => "arn:aws:lambda:us-east-1:000000000000:function:print";

    public ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken) => new([new Shard("shard", ParentId: null)]);

    public ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken) => new("3");

    public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken) => new(afterSequenceNumber ?? "0");

    public ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken) => new(new RecordPage(
        [.. Enumerable.Range(1, 3).Where(n => n > int.Parse(iterator)).Select(n => new StreamRecord($"{n}", "key", DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes($"{n}")))], "3"));

    public async Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Console.WriteLine(Encoding.UTF8.GetString(payload.Span));
        if (Encoding.UTF8.GetString(payload.Span).Contains('3'))
            await _done.CancelAsync();
        return new InvocationOutcome.Answered("request", default);
    }
}
