using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda;

namespace OrderSystem.WorkflowFunctions;

/// <summary>
/// The functions of the order workflow, one for each step. A function's name is its <c>Handler</c> in the template.
/// </summary>
public static class WorkflowFunctionServices
{
    /// <summary>Registers the functions of all steps with the host.</summary>
    public static IServiceCollection AddWorkflowFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLambda(configuration);
        foreach (var name in WorkflowSteps.All.Keys)
        {
            services.AddFunction(name, "other", StepJson.Default.StepRequest, StepJson.Default.StepResult, (request, context, cancellationToken) =>
            {
                Activity.Current?.SetTag("order.id", request.OrderId);
                var steps = context.Services.GetRequiredService<IReadOnlyDictionary<string, WorkflowStep>>();
                return steps[name](context.Services, request, cancellationToken);
            });
        }

        return services;
    }
}
