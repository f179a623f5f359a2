using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.Lambda;

namespace OrderSystem.WorkflowFunctions;

/// <summary>
/// The functions of the order workflow, one for each step. A function's name is its <c>Handler</c> in the template.
/// </summary>
public static class WorkflowFunctionServices
{
    /// <summary>The configuration key of the function's timeout in seconds, which the template sets.</summary>
    private const string FunctionTimeoutKey = "OrderSystem:FunctionTimeout";

    /// <summary>Registers the functions of all steps with the host.</summary>
    /// <exception cref="InvalidOperationException">A setting is invalid. The message names the setting and explains the
    /// error.</exception>
    public static IServiceCollection AddWorkflowFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLambda(configuration);
        services.AddSingleton(PaymentGatewayLimit.From(configuration[PaymentGatewayLimit.Key], FunctionTimeout(configuration[FunctionTimeoutKey])));
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

    private static TimeSpan FunctionTimeout(string? configured) => configured is null or "" ? TimeSpan.FromSeconds(10)
        : double.TryParse(configured, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds)
        : throw new InvalidOperationException($"{FunctionTimeoutKey} is '{configured}', but must be the function's timeout in seconds.");
}
