using System.Text.Json;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Accepts invocations of type <c>Event</c> into a queue per function, which survives a restart if LocalCloud has a data
/// folder. Each queue is processed independently, so a function without a process does not delay other functions.
/// </summary>
internal sealed class AsynchronousInvocations : IHostedService, IAsyncDisposable
{
    private readonly IFunctionInvoker _invoker;
    private readonly FunctionRegistry _functions;
    private readonly AsynchronousOutcome _outcome;
    private readonly TimeProvider _time;
    private readonly ILogger<AsynchronousInvocations> _logger;
    private readonly string? _folder;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (FunctionEvents Events, Task Run)> _events = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;

    public AsynchronousInvocations(
        IFunctionInvoker invoker, FunctionRegistry functions, AsynchronousOutcome outcome, LocalCloudOptions options, TimeProvider time, ILogger<AsynchronousInvocations> logger)
    {
        (_invoker, _functions, _outcome, _time, _logger) = (invoker, functions, outcome, time, logger);
        _folder = options.DataDirectory is { } data ? Path.Combine(data, "lambda", "asynchronous-invocations") : null;
    }

    /// <summary>The number of events that are waiting for their next attempt.</summary>
    internal int Delayed
    {
        get
        {
            lock (_gate)
                return _events.Values.Sum(function => function.Events.Delayed);
        }
    }

    /// <summary>Adds an event to its function's queue.</summary>
    /// <param name="function">The function's name and the qualifier of the invocation.</param>
    /// <param name="requestId">The id of the invocation.</param>
    /// <param name="payload">The event: JSON.</param>
    /// <param name="traceHeader">The trace header of the invocation; null if the caller sent no trace header.</param>
    public async Task EnqueueAsync(FunctionReference function, string requestId, ReadOnlyMemory<byte> payload, string? traceHeader)
    {
        using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 1000 });
        await Of(function.Name).EnqueueAsync(new AsynchronousEvent
        {
            Function = function.Name,
            Qualifier = function.Qualifier,
            RequestId = requestId,
            TraceHeader = traceHeader,
            Payload = document.RootElement.Clone(),
            AcceptedAt = _time.GetUtcNow(),
        });
    }

    /// <summary>Resumes the processing of events that were accepted before LocalCloud restarted.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_folder))
        {
            foreach (var journal in Directory.EnumerateFiles(_folder, "*.journal"))
                Of(Path.GetFileNameWithoutExtension(journal));
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        List<Task> runs;
        lock (_gate)
            runs = [.. _events.Values.Select(function => function.Run)];
        await Task.WhenAll(runs).WaitAsync(cancellationToken);
    }

    // The container disposes this object twice, because it is registered twice.
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await StopAsync(CancellationToken.None);
        foreach (var (events, _) in _events.Values)
            await events.DisposeAsync();
        _stopping.Dispose();
    }

    private FunctionEvents Of(string function)
    {
        lock (_gate)
        {
            if (_events.TryGetValue(function, out var standing))
                return standing.Events;
            var journal = _folder is null ? null : Path.Combine(_folder, function + ".journal");
            var events = new FunctionEvents(function, journal, _invoker, _functions, _outcome, _time, _logger);
            _events[function] = (events, Task.Run(() => events.RunAsync(_stopping.Token)));
            return events;
        }
    }
}
