using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Invocations of type <c>Event</c>: accepted at once into a queue that outlives a restart, then tried until the function
/// succeeds, its retries are spent or the event is too old. Lambda Developer Guide: "How Lambda handles errors and retries with
/// asynchronous invocation".
/// </summary>
internal sealed class AsynchronousInvocations : BackgroundService, IAsyncDisposable
{
    private const int MaximumParallel = 100;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    /// <summary>Longer than any function may run: an event is given back by us, never by a timeout.</summary>
    private static readonly TimeSpan HeldWhileRunning = TimeSpan.FromHours(1);

    private readonly IFunctionInvoker _invoker;
    private readonly FunctionRegistry _functions;
    private readonly AsynchronousOutcome _outcome;
    private readonly TimeProvider _time;
    private readonly MessageQueue _queue;

    public AsynchronousInvocations(IFunctionInvoker invoker, FunctionRegistry functions, AsynchronousOutcome outcome, LocalCloudOptions options, TimeProvider time)
    {
        (_invoker, _functions, _outcome, _time) = (invoker, functions, outcome, time);
        var journal = options.DataDirectory is { } data ? Path.Combine(data, "lambda", "asynchronous-invocations.journal") : null;
        _queue = new MessageQueue("asynchronous-invocations", "", new QueueAttributes { RetentionPeriod = TimeSpan.FromDays(1) }, time, _ => null, journal);
        _queue.ReleaseInFlight();
    }

    /// <summary>Events that wait for another try.</summary>
    internal int Delayed => _queue.Count().Delayed;

    /// <summary>Accepts an event.</summary>
    public async Task EnqueueAsync(string function, string requestId, ReadOnlyMemory<byte> payload, string? traceHeader)
    {
        using var document = JsonDocument.Parse(payload);
        await _queue.SendAsync(new AsynchronousEvent
        {
            Function = function,
            RequestId = requestId,
            TraceHeader = traceHeader,
            Payload = document.RootElement.Clone(),
            AcceptedAt = _time.GetUtcNow(),
        }.Write());
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _queue.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var slots = new SemaphoreSlim(MaximumParallel);
        while (true)
        {
            await slots.WaitAsync(stoppingToken);
            slots.Release();
            foreach (var message in await _queue.ReceiveAsync(Math.Min(10, slots.CurrentCount), HeldWhileRunning, LongPoll, stoppingToken))
            {
                await slots.WaitAsync(stoppingToken);
                _ = RunAsync(message, slots, stoppingToken);
            }
        }
    }

    private async Task RunAsync(Message message, SemaphoreSlim slots, CancellationToken stoppingToken)
    {
        try
        {
            var next = await TryAsync(AsynchronousEvent.Read(message.Body), stoppingToken);
            // The next try is kept before this one is forgotten: a kill in between tries once more, never once less.
            if (next is var (again, delay))
                await _queue.SendAsync(again.Write(), delay: delay);
            await _queue.DeleteAsync(message.ReceiptHandle!);
        }
        catch (OperationCanceledException)
        {
            // Stopped: the event stays in the queue, and the next start releases it.
        }
        finally
        {
            slots.Release();
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
        {
            await _outcome.GivenUpAsync(@event, function, AsynchronousOutcome.EventAgeExceeded, null);
            return null;
        }

        InvocationResult result;
        try
        {
            result = await _invoker.InvokeAsync(@event.Function, @event.PayloadBytes, @event.TraceHeader, cancellationToken);
        }
        catch (AwsServiceException)
        {
            // One second doubling to five minutes, for as long as the event may live.
            var delay = TimeSpan.FromSeconds(Math.Min(300, 1 << Math.Min(@event.Obstacles, 9)));
            return (@event with { Obstacles = @event.Obstacles + 1 }, delay);
        }

        if (result.FunctionError is null)
        {
            await _outcome.SucceededAsync(@event, function, result);
            return null;
        }

        var failed = @event with { Failures = @event.Failures + 1, Obstacles = 0 };
        if (failed.Failures > settings.MaximumRetryAttempts)
        {
            await _outcome.GivenUpAsync(failed, function, AsynchronousOutcome.RetriesExhausted, result);
            return null;
        }

        return (failed, TimeSpan.FromMinutes(failed.Failures));
    }
}
