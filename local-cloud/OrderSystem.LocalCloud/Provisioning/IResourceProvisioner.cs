using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Provisioning;

/// <summary>Creates and updates the template's resources of one type.</summary>
internal interface IResourceProvisioner
{
    /// <summary>The resource type in templates, such as <c>AWS::SQS::Queue</c>.</summary>
    string Type { get; }

    /// <summary>Creates one resource of the template, or updates it if it already exists.</summary>
    /// <exception cref="TemplateException">A property is missing or invalid.</exception>
    Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken);
}
