using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>What the stream tells of a new order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="TraceParent">The trace context stored with it.</param>
public sealed record OrderInserted(string OrderId, string? TraceParent);

/// <summary>Starts the one execution of an order.</summary>
public sealed class StartWorkflow(IWorkflowStarter workflows, ILogger<StartWorkflow> logger)
{
    /// <summary>
    /// Starts it, or finds it started. Name and input follow from the stored order alone, so that a repeat is equal to
    /// the last byte; an order's id is a valid execution name as it stands.
    /// </summary>
    /// <exception cref="FormatException">The id is none that this system gives out.</exception>
    /// <exception cref="WorkflowConflictException">The order's execution has another input.</exception>
    /// <exception cref="StoreUnavailableException">The service can't be reached; repeat the call.</exception>
    public async Task HandleAsync(OrderInserted order, CancellationToken cancellationToken)
    {
        if (!OrderRules.IsOrderId(order.OrderId))
            throw new FormatException("The record's orderId must be 1 to 64 characters of A-Z, a-z, 0-9, - and _.");
        var input = JsonSerializer.Serialize(new WorkflowInput(order.OrderId, order.TraceParent), WorkflowJson.Default.WorkflowInput);
        if (await workflows.StartAsync(order.OrderId, input, cancellationToken))
            Log.WorkflowStarted(logger, order.OrderId);
        else
            Log.WorkflowFound(logger, order.OrderId);
    }
}

internal sealed record WorkflowInput(string OrderId, string? Traceparent);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkflowInput))]
internal sealed partial class WorkflowJson : JsonSerializerContext;
