using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>Whether everything the template declares is there: what <c>/health</c> says until it is.</summary>
internal sealed class Readiness : IHealthCheck
{
    private volatile string? _waitingFor = "starting";

    /// <summary>Says what is still being done; null once nothing is.</summary>
    public void WaitFor(string? what) => _waitingFor = what;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_waitingFor is { } what ? HealthCheckResult.Unhealthy(what) : HealthCheckResult.Healthy());
}
