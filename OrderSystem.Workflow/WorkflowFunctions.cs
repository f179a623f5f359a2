using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda;

namespace OrderSystem.Workflow;

/// <summary>The order workflow's tasks, a function each. Their names are the template's <c>Handler</c> values.</summary>
public static class WorkflowFunctions
{
    /// <summary>Serves every task's function.</summary>
    public static IServiceCollection AddWorkflowFunctions(this IServiceCollection services, IConfiguration configuration) => services
        .AddLambda(configuration)
        .AddStep<ValidateOrder>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<ProcessPayment>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<UpdateInventory>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<NotifyCustomer>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<CompleteOrder>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<RefundPayment>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<ReleaseInventory>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken))
        .AddStep<RejectOrder>((step, request, cancellationToken) => step.HandleAsync(request, cancellationToken));

    private static IServiceCollection AddStep<TStep>(this IServiceCollection services, Func<TStep, StepRequest, CancellationToken, Task<StepResult>> handle)
        where TStep : notnull =>
        services.AddFunction(typeof(TStep).Name, "other", StepJson.Default.StepRequest, StepJson.Default.StepResult, (request, context, cancellationToken) =>
        {
            System.Diagnostics.Activity.Current?.SetTag("order.id", request.OrderId);
            return handle(context.Services.GetRequiredService<TStep>(), request, cancellationToken);
        });
}
