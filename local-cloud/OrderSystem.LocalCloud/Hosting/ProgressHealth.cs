using System.Text.Json.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrderSystem.EventSources;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.EventSourceMappings;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.Lambda;
using OrderSystem.LocalCloud.Sqs;
using OrderSystem.LocalCloud.StepFunctions.Storage;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>Healthy while DynamoDB responds. DynamoDB is checked only if the template has tables.</summary>
internal sealed class DynamoDbHealth(DynamoDbClient dynamoDb, DynamoDbProbe probe, LocalCloudOptions options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!probe.IsNeeded)
            return HealthCheckResult.Healthy();
        try
        {
            await dynamoDb.CallAsync("ListTables", new JsonObject { ["Limit"] = 1 }, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is HttpRequestException or AwsServiceException)
        {
            return HealthCheckResult.Unhealthy($"DynamoDB does not respond at {options.DynamoDbEndpoint}: {error.Message}", error);
        }
    }
}

/// <summary>
/// Healthy while every enabled mapping can read its source, invoke its function, save its checkpoints and park discarded
/// records. A function error does not make a mapping unhealthy: the batch is retried, then parked.
/// </summary>
internal sealed class MappingHealth(MappingRegistry mappings, TimeProvider time) : IHealthCheck
{
    /// <summary>
    /// How long a mapping may be blocked before the mapping is unhealthy. Throttling is temporary, and a function's process
    /// may start after LocalCloud.
    /// </summary>
    private static readonly TimeSpan LongestObstacle = TimeSpan.FromSeconds(30);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var stuck = mappings.All.Where(running => running.Definition.Enabled)
            .Select(running => (running.Definition, Complaint: Complaint(running.Mapping)))
            .Where(running => running.Complaint is not null)
            .Select(running => $"{running.Definition.EventSourceArn} to {running.Definition.FunctionName}: {running.Complaint}").ToList();
        return Task.FromResult(stuck.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", stuck)));
    }

    private string? Complaint(EventSourceMapping mapping) => mapping.Problem
        ?? (mapping.ObstructedSince is { } since && time.GetUtcNow() - since > LongestObstacle ? mapping.LastProcessingResult : null);
}

/// <summary>Healthy while every function that is being invoked has a process that responds.</summary>
internal sealed class FunctionHealth(FunctionRegistry functions) : IHealthCheck
{
    /// <summary>
    /// How long invocations may wait for a process to serve them before the function is unhealthy. A function's process may
    /// start after LocalCloud.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The number of consecutive timeouts after which a function is considered to hang. A single timeout may be due to the
    /// invocation's input.
    /// </summary>
    private const int TimeoutsOfOneThatHangs = 3;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var stuck = functions.All.Select(Complaint).OfType<string>().ToList();
        return Task.FromResult(stuck.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", stuck)));
    }

    private static string? Complaint(RegisteredFunction function)
    {
        if (function.UnservedFor is { } unserved && unserved > LongestWait)
            return $"Function {function.Configuration.Name} was invoked, but no process has served it for {unserved.TotalSeconds:0} s";
        return function is { IsInvoked: true, TimedOutInARow: >= TimeoutsOfOneThatHangs and var timeouts }
            ? $"Function {function.Configuration.Name} did not respond in time to its last {timeouts} invocations"
            : null;
    }
}

/// <summary>Healthy while the messages of every queue can be written to disk.</summary>
internal sealed class QueueHealth(QueueRegistry queues) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var stuck = queues.All.Where(queue => queue.StorageFailure is not null)
            .Select(queue => $"The messages of queue {queue.Name} can't be written to disk: {queue.StorageFailure!.Message}").ToList();
        return Task.FromResult(stuck.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", stuck)));
    }
}

/// <summary>Healthy while Step Functions can write its executions to disk.</summary>
internal sealed class StepFunctionsHealth(StepFunctionsDatabaseProvider provider) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(provider.Database?.Failure is { } failure ? HealthCheckResult.Unhealthy($"Executions can't be written to disk: {failure.Message}", failure) : HealthCheckResult.Healthy());
}
