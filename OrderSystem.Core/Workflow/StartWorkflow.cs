using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>A new order, as read from a stream record.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="TraceParent">The W3C <c>traceparent</c> stored with the order.</param>
public sealed record OrderInserted(string OrderId, string? TraceParent);

/// <summary>
/// Starts the workflow execution of an order. The execution's name is the order's id, so a repeated start for the same order
/// creates no second execution.
/// </summary>
public sealed class StartWorkflow(IWorkflowStarter workflows, ILogger<StartWorkflow> logger)
{
    /// <summary>
    /// Starts the order's execution unless the execution exists already. The execution's name (the order's id) and its
    /// input depend only on the stored order, so that a repeated start sends identical bytes.
    /// </summary>
    /// <exception cref="FormatException">The order's id is invalid.</exception>
    /// <exception cref="WorkflowConflictException">The order's execution exists already, with a different input.</exception>
    /// <exception cref="StoreUnavailableException">The workflow service can't be reached; repeat the call.</exception>
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
