using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// A queue of asynchronous events for one function. The function is invoked with each event until the function succeeds, the
/// retries are used up or the event is too old. See "How Lambda handles errors and retries with asynchronous invocation" in
/// the Lambda Developer Guide.
/// </summary>
internal sealed class FunctionEvents : IAsyncDisposable
{
    private const int MaximumParallel = 100;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The visibility timeout of an event that is being processed. This timeout is longer than any function may run, so the event
    /// does not become visible again while it is being processed.
    /// </summary>
    private static readonly TimeSpan HeldWhileRunning = TimeSpan.FromHours(1);

    private readonly IFunctionInvoker _invoker;
    private readonly FunctionRegistry _functions;
    private readonly AsynchronousOutcome _outcome;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MessageQueue _queue;
    private readonly SemaphoreSlim _slots = new(MaximumParallel);

    public FunctionEvents(string function, string? journal, IFunctionInvoker invoker, FunctionRegistry functions, AsynchronousOutcome outcome, TimeProvider time, ILogger logger)
    {
        (_invoker, _functions, _outcome, _time, _logger) = (invoker, functions, outcome, time, logger);
        _queue = new MessageQueue(function, "", new QueueAttributes { RetentionPeriod = TimeSpan.FromDays(1) }, time, _ => null, journal);
        _queue.ReleaseInFlight();
    }

    /// <summary>The number of events that are waiting for their next attempt.</summary>
    public int Delayed => _queue.Count().Delayed;

    /// <summary>Adds an event to the queue. If there is a data folder, the event is on disk when the task completes.</summary>
    public Task EnqueueAsync(AsynchronousEvent @event) => _queue.SendAsync(@event.Write());

    /// <summary>Invokes the function with each event of the queue until <paramref name="stoppingToken"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _slots.WaitAsync(stoppingToken);
                _slots.Release();
                foreach (var message in await _queue.ReceiveAsync(Math.Min(10, _slots.CurrentCount), HeldWhileRunning, LongPoll, stoppingToken))
                {
                    await _slots.WaitAsync(stoppingToken);
                    _ = RunAsync(message, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _logger.AsynchronousQueueUnreadable(error, _queue.Name);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _slots.Dispose();
    }

    private async Task RunAsync(Message message, CancellationToken stoppingToken)
    {
        try
        {
            var next = await TryAsync(AsynchronousEvent.Read(message.Body), stoppingToken);
            // Store the message for the next attempt before deleting the current message: a crash in between causes an extra
            // attempt, but does not lose the event.
            if (next is var (again, delay))
                await _queue.SendAsync(again.Write(), delay: delay);
            await _queue.DeleteAsync(message.ReceiptHandle!);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The event stays in the queue. When LocalCloud starts again, it makes the event visible again.
        }
        catch (Exception error)
        {
            _logger.AsynchronousInvocationFailed(error, _queue.Name, message.Id);
            await _queue.ChangeVisibilityAsync(message.ReceiptHandle!, Pause(message.ReceiveCount - 1));
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<(AsynchronousEvent Event, TimeSpan Delay)?> TryAsync(AsynchronousEvent @event, CancellationToken cancellationToken)
    {
        if (!_functions.TryGet(@event.Function, out var function))
        {
            _outcome.FunctionGone(@event);
            return null;
        }

        var settings = function.Configuration.Asynchronous;
        if (_time.GetUtcNow() - @event.AcceptedAt > settings.MaximumEventAge)
            return await GiveUpAsync(@event, function, AsynchronousOutcome.EventAgeExceeded, null);
        // A function with a reserved concurrency of zero can't be invoked, so its events fail at once.
        if (function.Configuration.ReservedConcurrency == 0)
            return await GiveUpAsync(@event, function, AsynchronousOutcome.ZeroReservedConcurrency, null);

        InvocationResult result;
        try
        {
            var request = new InvocationRequest(new FunctionReference(@event.Function, @event.Qualifier).ToString(), @event.PayloadBytes)
            {
                RequestId = @event.RequestId,
                TraceHeader = @event.TraceHeader,
            };
            result = await _invoker.InvokeAsync(request, cancellationToken);
        }
        catch (AwsServiceException)
        {
            return (@event with { Obstacles = @event.Obstacles + 1 }, Pause(@event.Obstacles));
        }

        if (result.FunctionError is null)
        {
            await _outcome.SucceededAsync(@event, function, result);
            return null;
        }

        var failed = @event with { Failures = @event.Failures + 1, Obstacles = 0 };
        return failed.Failures > settings.MaximumRetryAttempts
            ? await GiveUpAsync(failed, function, AsynchronousOutcome.RetriesExhausted, result)
            : (failed, TimeSpan.FromMinutes(failed.Failures));
    }

    private async Task<(AsynchronousEvent Event, TimeSpan Delay)?> GiveUpAsync(AsynchronousEvent @event, RegisteredFunction function, string condition, InvocationResult? result)
    {
        await _outcome.GivenUpAsync(@event, function, condition, result);
        return null;
    }

    /// <summary>The delay before the next attempt: one second, doubled each time, up to five minutes.</summary>
    private static TimeSpan Pause(int before) => TimeSpan.FromSeconds(Math.Min(300, 1 << Math.Clamp(before, 0, 9)));
}
