using OrderSystem.EventSources.Scheduling;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// Polls every idle shard on one dedicated thread. Most of the time all mappings are idle, and the cost of that is switching
/// threads: a timer and a response take nine switches in the pool, but two here.
/// </summary>
internal sealed class QuietShards(LocalCloudOptions options, TimeProvider time) : IDisposable
{
    /// <summary>The pace of a reader that waits here: it need not poll often itself while its shard is idle.</summary>
    public static PollingPace Pace { get; } = new() { Idle = TimeSpan.FromSeconds(5) };

    /// <summary>The interval at which a shard is polled.</summary>
    public static TimeSpan Interval { get; } = new PollingPace().Idle;

    // Its own connections: only the polling thread uses them, and it blocks on them.
    private readonly DynamoDbClient _dynamoDb = new(options);
    private readonly CancellationTokenSource _stopping = new();
    private readonly object _gate = new();
    private readonly List<Wait> _waits = [];
    private Thread? _thread;

    /// <summary>Waits until a shard has records.</summary>
    /// <param name="iterator">The iterator of the next read.</param>
    /// <param name="atMost">The longest wait.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The response of <c>GetRecords</c> if it has records; null if the caller must poll again.</returns>
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

    /// <summary>Waits for one interval and returns the open waits; null when stopping.</summary>
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
            // The caller polls again and handles the error.
            wait.Answer.TrySetResult(null);
        }
    }

    private sealed record Wait(ReadOnlyMemory<byte> Request, long Since, TimeSpan AtMost)
    {
        public TaskCompletionSource<byte[]?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
