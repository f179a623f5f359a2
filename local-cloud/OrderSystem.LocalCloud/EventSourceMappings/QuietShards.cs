using OrderSystem.EventSources.Scheduling;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// Polls all idle shards on one dedicated thread. Mappings are idle most of the time, and the main cost of polling is context
/// switches. A poll takes nine context switches if its timer callback and the handling of its response run on the thread pool, but
/// only two on the dedicated thread.
/// </summary>
internal sealed class QuietShards(LocalCloudOptions options, TimeProvider time) : IDisposable
{
    /// <summary>
    /// The polling pace of a reader whose idle shards this class polls. The reader itself polls an idle shard only every five
    /// seconds.
    /// </summary>
    public static PollingPace Pace { get; } = new() { Idle = TimeSpan.FromSeconds(5) };

    /// <summary>The interval at which an idle shard is polled.</summary>
    public static TimeSpan Interval { get; } = new PollingPace().Idle;

    // A separate client for the polling thread, because that thread blocks on the client's connections.
    private readonly DynamoDbClient _dynamoDb = new(options);
    private readonly CancellationTokenSource _stopping = new();
    private readonly object _gate = new();
    private readonly List<Wait> _waits = [];
    private Thread? _thread;

    /// <summary>Waits until a shard has records.</summary>
    /// <param name="iterator">The shard iterator to read from.</param>
    /// <param name="atMost">The maximum time to wait.</param>
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

    /// <summary>
    /// Waits for one interval, then returns the calls of <see cref="WaitAsync"/> that have not completed. Returns null when
    /// this object is being disposed.
    /// </summary>
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
            // The caller of WaitAsync polls again and handles the error.
            wait.Answer.TrySetResult(null);
        }
    }

    private sealed record Wait(ReadOnlyMemory<byte> Request, long Since, TimeSpan AtMost)
    {
        public TaskCompletionSource<byte[]?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
