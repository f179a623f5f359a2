#if EMBEDDED
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrderSystem.Embedded;

namespace OrderSystem.Api.Health;

/// <summary>Healthy while writes reach the disk.</summary>
internal sealed class EmbeddedStoreHealth(IEmbeddedHealth cloud) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        EmbeddedHealth.Result(await cloud.StoreComplaintAsync(cancellationToken));
}

/// <summary>Healthy while changes to orders reach the stream function.</summary>
internal sealed class EmbeddedMappingHealth(IEmbeddedHealth cloud) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(EmbeddedHealth.Result(cloud.MappingComplaint()));
}

/// <summary>Healthy while executions make progress.</summary>
internal sealed class EmbeddedEngineHealth(IEmbeddedHealth cloud) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(EmbeddedHealth.Result(cloud.EngineComplaint()));
}

internal static class EmbeddedHealth
{
    public static HealthCheckResult Result(string? complaint) => complaint is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(complaint);
}
#endif
