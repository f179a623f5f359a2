using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>Provisions <c>AWS::Lambda::EventInvokeConfig</c>: retries and destinations of asynchronous invocations.</summary>
internal sealed class EventInvokeConfigProvisioner(FunctionRegistry functions, TimeProvider time) : IResourceProvisioner
{
    public string Type => "AWS::Lambda::EventInvokeConfig";

    public Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var function = functions.Get(declaration.Required("FunctionName")).Configuration;
        var destinations = declaration["DestinationConfig"];
        functions.CreateOrUpdate(function with
        {
            Asynchronous = function.Asynchronous with
            {
                ConfiguredRetryAttempts = declaration.Integer("MaximumRetryAttempts", 0, 2),
                ConfiguredEventAge = declaration.Integer("MaximumEventAgeInSeconds", 60, 21_600) is { } age ? TimeSpan.FromSeconds(age) : null,
                OnSuccessArn = (string?)destinations?["OnSuccess"]?["Destination"],
                OnFailureArn = (string?)destinations?["OnFailure"]?["Destination"],
                ConfiguredAt = time.GetUtcNow(),
            },
        });
        return Task.FromResult(new ProvisionedResource($"{function.Name}-event-invoke-config", new Dictionary<string, string>(StringComparer.Ordinal)));
    }
}
