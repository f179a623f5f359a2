using Aspire.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderSystem.LocalCloud.Hosting.Functions;

/// <summary>A Lambda function of the stack that is served by a program of the AppHost.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Environment">The environment variables that the template declares for the function.</param>
internal sealed record ServedFunction(string Name, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Waits until the stack is provisioned, then finds one of its functions.</summary>
    /// <exception cref="DistributedApplicationException">The stack could not be provisioned, or has no such function.</exception>
    public static async Task<ServedFunction> FindAsync(LocalCloudResource aws, string logicalIdOrName, CancellationToken cancellationToken)
    {
        var functions = (await aws.Client.GetResourcesAsync(cancellationToken)).Where(resource => resource.Type == "AWS::Lambda::Function").ToList();
        var found = functions.Find(function => function.LogicalId == logicalIdOrName || function.PhysicalId == logicalIdOrName)
            ?? throw new DistributedApplicationException(
                $"The stack of {aws.Name} has no function {logicalIdOrName}. Its functions: {(functions.Count == 0 ? "none" : string.Join(", ", functions.Select(function => function.LogicalId)))}.");
        return new ServedFunction(found.PhysicalId!, await aws.Client.GetFunctionEnvironmentAsync(found.PhysicalId!, cancellationToken));
    }

    /// <summary>
    /// Adds the environment variables of the functions to the variables of the program that serves them. Variables that the
    /// AppHost has set are not changed. A variable for which the functions declare different values is not added.
    /// </summary>
    public static void AddEnvironment(IReadOnlyList<ServedFunction> functions, Dictionary<string, object> variables, ILogger logger)
    {
        var declared = functions.SelectMany(function => function.Environment).ToLookup(variable => variable.Key, variable => variable.Value);
        foreach (var variable in declared)
        {
            if (variable.Distinct(StringComparer.Ordinal).Count() == 1)
                variables.TryAdd(variable.Key, variable.First());
            else if (!variables.ContainsKey(variable.Key))
                logger.VariableOmitted(string.Join(", ", functions.Select(function => function.Name)), variable.Key);
        }

        if (functions.Count == 1)
            variables.TryAdd("AWS_LAMBDA_FUNCTION_NAME", functions[0].Name);
    }
}
