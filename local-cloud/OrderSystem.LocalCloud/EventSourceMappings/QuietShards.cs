using OrderSystem.EventSources.Scheduling;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// Looks after every shard that is quiet, on one thread of its own. Most of the time all mappings are quiet, and what that costs
/// is switching threads: a timer and an answer take nine switches in the pool, but two here.
/// </summary>
internal sealed class QuietShards(LocalCloudOptions options, TimeProvider time) : IDisposable
{
    /// <summary>For a reader that waits here: it need not ask by itself while it is quiet.</summary>
    public static PollingPace Pace { get; } = new() { Idle = TimeSpan.FromSeconds(5) };

    /// <summary>How often a shard is asked.</summary>
    public static TimeSpan Interval { get; } = new PollingPace().Idle;

    // Connections that only one thread uses, and waits for: none is shared with those of the pool.
    private readonly DynamoDbClient _dynamoDb = new(options);
    private readonly CancellationTokenSource _stopping = new();
    private readonly object _gate = new();
    private readonly List<Wait> _waits = [];
    private Thread? _thread;

    /// <summary>Waits until a shard has something to say.</summary>
    /// <param name="iterator">Where it is read on.</param>
    /// <param name="atMost">No longer than this.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What <c>GetRecords</c> answered where that has records; null where it is to be asked again.</returns>
    public async Task<byte[]?> WaitAsync(string iterator, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var wait = new Wait(DynamoDbClient.GetRecordsRequest(iterator), time.GetTimestamp(), atMost);
        lock (_gate)
        {
            _waits.Add(wait);
            if (_thread is null)
                (_thread = new Thread(Run) { IsBackground = true, Name = "Quiet shards" }).Start();
            Monitor.Pulse(_gate);
        }

        await using var registration = cancellationToken.Register(() => wait.Answer.TrySetCanceled(cancellationToken));
        return await wait.Answer.Task;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        lock (_gate)
            Monitor.Pulse(_gate);

        _thread?.Join();
        _stopping.Dispose();
        _dynamoDb.Dispose();
    }

    private void Run()
    {
        while (Next() is { } waits)
        {
            foreach (var wait in waits)
                Ask(wait);
        }
    }

    /// <summary>Those that wait now, an interval later; null at the end.</summary>
    private Wait[]? Next()
    {
        _stopping.Token.WaitHandle.WaitOne(Interval);
        lock (_gate)
        {
            _waits.RemoveAll(wait => wait.Answer.Task.IsCompleted);
            while (_waits.Count == 0 && !_stopping.IsCancellationRequested)
                Monitor.Wait(_gate);
            return _stopping.IsCancellationRequested ? null : [.. _waits];
        }
    }

    private void Ask(Wait wait)
    {
        try
        {
            var answer = _dynamoDb.GetRecords(wait.Request, _stopping.Token);
            var (next, count) = DynamoDbShardReader.Outline(answer);
            if (count > 0)
                wait.Answer.TrySetResult(answer);
            else if (next is null || time.GetElapsedTime(wait.Since) + Interval > wait.AtMost)
                wait.Answer.TrySetResult(null);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or AwsServiceException or IOException)
        {
            // Whoever waits asks again, and meets it there.
            wait.Answer.TrySetResult(null);
        }
    }

    private sealed record Wait(ReadOnlyMemory<byte> Request, long Since, TimeSpan AtMost)
    {
        public TaskCompletionSource<byte[]?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
