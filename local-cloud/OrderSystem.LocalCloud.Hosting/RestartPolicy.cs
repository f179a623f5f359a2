using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>Restarts a resource when it fails.</summary>
/// <param name="obstacle">Returns the reason why a restart would not help; null if the resource can be restarted.</param>
internal sealed class RestartPolicy(Func<string?>? obstacle = null) : IResourceAnnotation
{
    private readonly RestartBudget _budget = new(TimeProvider.System);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the resource failed too often and is no longer restarted.</summary>
    public bool HasAbandoned => _abandoned.Task.IsCompleted;

    /// <summary>Watches a resource and restarts it when it fails, until the AppHost stops.</summary>
    public async Task WatchAsync(IResource resource, IServiceProvider services, CancellationToken stopping)
    {
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
        string? last = null;
        try
        {
            await foreach (var change in services.GetRequiredService<ResourceNotificationService>().WatchAsync(stopping))
            {
                if (change.Resource != resource || change.Snapshot.State?.Text is not { } state || state == last)
                    continue;
                var wasStopped = last == KnownResourceStates.Stopping;
                last = state;
                // A program that the user stops may exit with a code such as 143, as if it had failed. Only the
                // resource's previous state shows that the user stopped it.
                if (!KnownResourceStates.TerminalStates.Contains(state) || wasStopped || change.Snapshot.ExitCode is not { } exitCode || exitCode == 0)
                    continue;
                await RestartAsync(resource, exitCode, services, logger, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The AppHost is stopping.
        }
    }

    private async Task RestartAsync(IResource resource, int exitCode, IServiceProvider services, ILogger logger, CancellationToken stopping)
    {
        if (obstacle?.Invoke() is { } reason)
        {
            logger.StaysStopped(resource.Name, exitCode, reason);
            return;
        }

        if (!_budget.MayStartAgain())
        {
            logger.KeepsFailing(resource.Name, _budget.Deaths);
            _abandoned.TrySetResult();
            return;
        }

        logger.Restarting(resource.Name, exitCode);
        var result = await services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, stopping);
        if (!result.Success)
            logger.RestartFailed(resource.Name, result.Message ?? "no reason was given");
    }
}
