using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrderSystem.Lambda.Runtime;

namespace OrderSystem.Lambda;

/// <summary>
/// Serves the registered functions while the host runs. When the host stops, the service first responds to the events that
/// it has received.
/// </summary>
internal sealed class LambdaService(
    IEnumerable<Function> functions,
    IOptions<LambdaOptions> options,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<LambdaService> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandon = new();
    private Task _loops = Task.CompletedTask;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">
    /// <c>AWS_LAMBDA_RUNTIME_API</c> is not set, or the handler is not registered.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (string.IsNullOrEmpty(settings.RuntimeApi))
            throw new InvalidOperationException("AWS_LAMBDA_RUNTIME_API is not set. This program is a Lambda function: run it through the AppHost, or deploy it to Lambda.");
        _loops = Task.WhenAll(settings.Handler is { Length: > 0 } handler ? [await StartOneAsync(settings, handler, cancellationToken)] : StartAll(settings));
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await using var _ = cancellationToken.Register(_abandon.Cancel);
        await _loops;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopping.Dispose();
        _abandon.Dispose();
    }

    private async Task<Task> StartOneAsync(LambdaOptions settings, string handler, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://{settings.RuntimeApi}/{RuntimeApiClient.Version}/");
        var runtime = new RuntimeApiClient(settings.Client, address);
        if (functions.FirstOrDefault(function => function.Handler == handler) is { } found)
        {
            Log.Serving(logger, handler, settings.RuntimeApi);
            return RunAsync(found, runtime, settings);
        }

        var error = new InvalidOperationException($"_HANDLER is {handler}, which this program does not serve. Set it to one of {string.Join(", ", functions.Select(function => function.Handler))}.");
        await runtime.FailInitAsync(InvocationError.From(error), cancellationToken);
        throw error;
    }

    private List<Task> StartAll(LambdaOptions settings)
    {
        if (settings.RuntimeApi.Contains('/', StringComparison.Ordinal))
            return StartAt(settings);
        Log.Serving(logger, string.Join(", ", functions.Select(function => function.Handler)), settings.RuntimeApi);
        return [.. functions.SelectMany(function =>
        {
            var address = new Uri($"http://{settings.RuntimeApi}/{function.Handler}/{RuntimeApiClient.Version}/");
            var runtime = new RuntimeApiClient(settings.Client, address);
            return Enumerable.Range(0, settings.LocalConcurrency).Select(_ => RunAsync(function, runtime, settings));
        })];
    }

    /// <summary>
    /// Serves the only function of this program from a Runtime API whose address contains the function's path, such as
    /// <c>host:port/ProcessOrders</c>. AWS's own runtime clients accept such an address too.
    /// </summary>
    private List<Task> StartAt(LambdaOptions settings)
    {
        if (functions.ToList() is not [var function])
            throw new InvalidOperationException(
                $"AWS_LAMBDA_RUNTIME_API is {settings.RuntimeApi}, the address of one function, but this program serves "
                    + $"{string.Join(", ", functions.Select(function => function.Handler))}. Set _HANDLER to one of them.");
        Log.Serving(logger, function.Handler, settings.RuntimeApi);
        var runtime = new RuntimeApiClient(settings.Client, new Uri($"http://{settings.RuntimeApi}/{RuntimeApiClient.Version}/"));
        return [.. Enumerable.Range(0, settings.LocalConcurrency).Select(_ => RunAsync(function, runtime, settings))];
    }

    private Task RunAsync(Function function, RuntimeApiClient runtime, LambdaOptions settings)
    {
        var loop = new FunctionLoop(function, runtime, scopes, settings, time, logger);
        return Task.Run(() => loop.RunAsync(_stopping.Token, _abandon.Token), CancellationToken.None);
    }
}
