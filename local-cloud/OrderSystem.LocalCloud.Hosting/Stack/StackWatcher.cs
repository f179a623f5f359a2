using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;

namespace OrderSystem.LocalCloud.Hosting.Stack;

/// <summary>
/// Polls LocalCloud every few seconds and publishes the states of the stack's resources to the dashboard and the Aspire
/// CLI.
/// </summary>
internal sealed class StackWatcher(LocalCloudResource localCloud, IReadOnlyList<StackChildResource> children, ResourceNotificationService notifications, ResourceLoggerService loggers)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly ResourceStateSnapshot NotCreated = new("Not created", KnownResourceStateStyles.Info);
    private static readonly ResourceStateSnapshot NotServed = new("Not served", KnownResourceStateStyles.Info);
    private static readonly ResourceStateSnapshot Unknown = new(KnownResourceStates.RuntimeUnhealthy, KnownResourceStateStyles.Warn);

    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private string? _reported;

    /// <summary>Polls the states of the resources until the AppHost stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (children.Count == 0)
            return;
        foreach (var child in children)
        {
            foreach (var command in child.Kind.Commands)
                child.Annotations.Add(command.For(child, () => _changes.Writer.TryWrite(true)));
        }

        var changed = _changes.Reader.ReadAsync(stopping).AsTask();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Find the resources on each pass, because LocalCloud may have restarted with a changed template.
                await FindAsync(stopping);
                foreach (var child in children)
                    await RefreshAsync(child, stopping);
                _reported = null;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                await ReportAsync(error.Message);
            }

            if (await Task.WhenAny(changed, Task.Delay(BetweenLooks, TimeProvider.System, stopping)) == changed && !stopping.IsCancellationRequested)
                changed = _changes.Reader.ReadAsync(stopping).AsTask();
        }
    }

    private async Task ReportAsync(string reason)
    {
        if (reason != _reported)
            loggers.GetLogger(localCloud).StackUnavailable(localCloud.Name, reason);
        _reported = reason;
        foreach (var child in children)
            await notifications.PublishUpdateAsync(child, snapshot => snapshot.State == Unknown ? snapshot : snapshot with { State = Unknown });
    }

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        var physicalIds = (await localCloud.Client.GetResourcesAsync(cancellationToken)).ToDictionary(resource => resource.LogicalId, resource => resource.PhysicalId);
        foreach (var child in children)
            child.PhysicalId = physicalIds.GetValueOrDefault(child.LogicalId);
    }

    private async Task RefreshAsync(StackChildResource child, CancellationToken cancellationToken)
    {
        var state = NotCreated;
        ImmutableArray<ResourcePropertySnapshot> properties = [];
        if (child.PhysicalId is { } physicalId)
        {
            try
            {
                (state, var figures) = await child.Kind.LookAsync(localCloud.Client, physicalId, cancellationToken);
                // If no program serves a function, each of its invocations fails.
                if (child.Kind.Type == StackResourceKind.FunctionType && !localCloud.ServedFunctions.Contains(child.LogicalId) && !localCloud.ServedFunctions.Contains(physicalId))
                    state = NotServed;
                properties = [new ResourcePropertySnapshot("aws.cloudformation.physical_id", physicalId), .. figures.Select(figure => new ResourcePropertySnapshot(figure.Key, figure.Value))];
            }
            catch (Exception error) when (error is HttpRequestException or JsonException or KeyNotFoundException)
            {
                // The resource was deleted through its API, or its service is unavailable.
                state = Unknown;
            }
        }

        await notifications.PublishUpdateAsync(child, snapshot => snapshot.State == state && Has(snapshot, properties) ? snapshot : snapshot with
        {
            State = state,
            StartTimeStamp = snapshot.StartTimeStamp ?? TimeProvider.System.GetUtcNow().UtcDateTime,
            Properties = [.. snapshot.Properties.Where(old => properties.All(property => property.Name != old.Name)), .. properties],
        });
    }

    private static bool Has(CustomResourceSnapshot snapshot, ImmutableArray<ResourcePropertySnapshot> properties) =>
        properties.All(property => snapshot.Properties.Any(old => old.Name == property.Name && Equals(old.Value, property.Value)));
}
