using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>Keeps <c>/health</c> unhealthy until everything that the template declares exists.</summary>
internal sealed class Readiness : IHealthCheck
{
    private volatile string? _waitingFor = "starting";

    /// <summary>Sets the startup step that <c>/health</c> reports; null when startup is complete.</summary>
    public void WaitFor(string? what) => _waitingFor = what;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_waitingFor is { } what ? HealthCheckResult.Unhealthy(what) : HealthCheckResult.Healthy());
}
