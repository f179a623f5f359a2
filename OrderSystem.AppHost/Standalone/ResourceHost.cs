using OrderSystem.AppHost.Tools;

namespace OrderSystem.AppHost.Standalone;

/// <summary>
/// Starts resources in the order of their dependencies, keeps them running, and stops them in reverse. A process that
/// dies is started again; one that keeps dying, or dies before it was ever ready, ends the whole.
/// </summary>
public sealed class ResourceHost(IReadOnlyList<Resource> resources, ConsoleLog log, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ReadinessLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly HttpClient _probe = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Dictionary<string, TaskCompletionSource> _ready = resources.ToDictionary(
        resource => resource.Name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private readonly Warden _warden = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, CancellationTokenSource> _stopOne = resources.ToDictionary(resource => resource.Name, _ => new CancellationTokenSource());
    private Dictionary<string, Task> _supervised = [];

    /// <summary>Starts everything and returns when all resources are ready.</summary>
    /// <exception cref="ResourceFailedException">A resource ended, or was not ready in time.</exception>
    /// <exception cref="MissingToolException">A resource's program is not installed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _supervised = resources.ToDictionary(resource => resource.Name, resource => Task.Run(() => SuperviseAsync(resource), CancellationToken.None));
        var allReady = Task.WhenAll(_ready.Values.Select(ready => ready.Task));
        var firstEnd = Task.WhenAny(_supervised.Values);
        var first = await Task.WhenAny(allReady, firstEnd).WaitAsync(cancellationToken);
        if (first == firstEnd)
            await await firstEnd;
        await allReady.WaitAsync(cancellationToken);
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ResourceFailedException">A resource could not be kept up.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await await Task.WhenAny(_supervised.Values).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Stops everything, what depends on others first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var wave in StopOrder())
        {
            foreach (var name in wave)
                await _stopOne[name].CancelAsync();
            foreach (var name in wave.Where(_supervised.ContainsKey))
                await _supervised[name].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _warden.Dispose();
        foreach (var source in _stopOne.Values)
            source.Dispose();
        _stopping.Dispose();
        _probe.Dispose();
    }

    private async Task SuperviseAsync(Resource resource)
    {
        var stop = _stopOne[resource.Name].Token;
        var budget = new RestartBudget(time);
        var wasReady = false;
        try
        {
            foreach (var dependency in resource.WaitFor)
                await _ready[dependency].Task.WaitAsync(_stopping.Token);
            while (!stop.IsCancellationRequested && !_stopping.IsCancellationRequested)
            {
                using var process = ResourceProcess.Start(resource, log);
                _warden.Watch(process.Id);
                try
                {
                    await BecomeReadyAsync(resource, process, stop);
                    wasReady = true;
                    _ready[resource.Name].TrySetResult();
                    await process.Exited.WaitAsync(stop);
                }
                finally
                {
                    await process.StopAsync(Grace);
                    _warden.Release(process.Id);
                }

                if (_stopping.IsCancellationRequested)
                    return;
                if (resource.Essential)
                    throw new ResourceFailedException($"{resource.Name} ended with {process.Epitaph}");
                if (!budget.MayStartAgain())
                    throw new ResourceFailedException($"{resource.Name} ended {budget.Deaths} times within a minute, last with {process.Epitaph}");
                log.Say($"{resource.Name} ended ({process.Epitaph.Split(':')[0]}); starting it again");
                await Task.Delay(TimeSpan.FromMilliseconds(200 * budget.Deaths), time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
        }
        catch (ResourceFailedException) when (wasReady && stop.IsCancellationRequested)
        {
        }
    }

    private async Task BecomeReadyAsync(Resource resource, ResourceProcess process, CancellationToken stop)
    {
        if (resource.Health is not { } health)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ReadinessLimit);
        string answer = "no answer";
        while (true)
        {
            if (process.Exited.IsCompleted)
                throw new ResourceFailedException($"{resource.Name} ended before it was ready, with {process.Epitaph}");
            try
            {
                using var response = await _probe.GetAsync(health.Address, limit.Token);
                if ((int)response.StatusCode == health.Status)
                    return;
                answer = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(limit.Token)}";
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !limit.IsCancellationRequested)
            {
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new ResourceFailedException($"{resource.Name} was not ready within {ReadinessLimit.TotalSeconds:0} s; {health.Address} last said: {answer}");
            }

            await Task.WhenAny(process.Exited, Task.Delay(ProbeInterval, time, stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waves of names: nothing is stopped before what waits for it.</summary>
    private IEnumerable<IReadOnlyList<string>> StopOrder()
    {
        var left = resources.ToDictionary(resource => resource.Name);
        while (left.Count > 0)
        {
            var wave = left.Keys.Where(name => !left.Values.Any(other => other.WaitFor.Contains(name))).ToList();
            foreach (var name in wave)
                left.Remove(name);
            yield return wave;
        }
    }
}
