using Microsoft.Extensions.DependencyInjection;

namespace OrderSystem.Core.Workflow;

/// <summary>Runs one step of the workflow for one order.</summary>
public delegate Task<StepResult> WorkflowStep(IServiceProvider services, StepRequest request, CancellationToken cancellationToken);

/// <summary>Every step of the order workflow, keyed by the <c>Handler</c> of the step's function in the template.</summary>
public static class WorkflowSteps
{
    /// <summary>
    /// The steps, keyed by the <c>Handler</c> of their functions. Each step resolves its handler class from the services
    /// that <see cref="CoreServices.AddOrders"/> adds.
    /// </summary>
    public static IReadOnlyDictionary<string, WorkflowStep> All { get; } = new Dictionary<string, WorkflowStep>(StringComparer.Ordinal)
    {
        [nameof(ValidateOrder)] = (services, request, cancellationToken) => services.GetRequiredService<ValidateOrder>().HandleAsync(request, cancellationToken),
        [nameof(ProcessPayment)] = (services, request, cancellationToken) => services.GetRequiredService<ProcessPayment>().HandleAsync(request, cancellationToken),
        [nameof(UpdateInventory)] = (services, request, cancellationToken) => services.GetRequiredService<UpdateInventory>().HandleAsync(request, cancellationToken),
        [nameof(NotifyCustomer)] = (services, request, cancellationToken) => services.GetRequiredService<NotifyCustomer>().HandleAsync(request, cancellationToken),
        [nameof(CompleteOrder)] = (services, request, cancellationToken) => services.GetRequiredService<CompleteOrder>().HandleAsync(request, cancellationToken),
        [nameof(RefundPayment)] = (services, request, cancellationToken) => services.GetRequiredService<RefundPayment>().HandleAsync(request, cancellationToken),
        [nameof(ReleaseInventory)] = (services, request, cancellationToken) => services.GetRequiredService<ReleaseInventory>().HandleAsync(request, cancellationToken),
        [nameof(RejectOrder)] = (services, request, cancellationToken) => services.GetRequiredService<RejectOrder>().HandleAsync(request, cancellationToken),
    };
}
