using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>
/// Provisions <c>AWS::Lambda::Function</c>. The declared code is not run. Instead, any process that polls the Runtime API for
/// the function's invocations serves the function.
/// </summary>
internal sealed class FunctionProvisioner(FunctionRegistry functions) : IResourceProvisioner
{
    public string Type => "AWS::Lambda::Function";

    public Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var name = declaration.Name("FunctionName");
        var environment = declaration["Environment"]?["Variables"]?.AsObject()
            .ToDictionary(variable => variable.Key, variable => variable.Value?.ToString() ?? "", StringComparer.Ordinal);
        var arn = functions.CreateOrUpdate(new FunctionConfiguration
        {
            Name = name,
            Handler = declaration.Required("Handler"),
            Timeout = TimeSpan.FromSeconds(declaration.Integer("Timeout", 1, 900) ?? 3),
            ReservedConcurrency = declaration.Integer("ReservedConcurrentExecutions", 0, 1000),
            MemorySize = declaration.Integer("MemorySize", 128, 10_240) ?? 128,
            Runtime = declaration.String("Runtime") ?? "provided.al2023",
            Role = declaration.String("Role") ?? "",
            Description = declaration.String("Description") ?? "",
            Environment = environment ?? [],
            Asynchronous = new AsynchronousSettings { DeadLetterArn = (string?)declaration["DeadLetterConfig"]?["TargetArn"] },
        });
        return Task.FromResult(new ProvisionedResource(name, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn }));
    }
}
