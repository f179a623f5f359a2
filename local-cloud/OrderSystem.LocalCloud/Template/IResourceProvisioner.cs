using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Template;

/// <summary>Creates resources of one type, and updates those that already exist.</summary>
internal interface IResourceProvisioner
{
    /// <summary>The resource type, such as <c>AWS::SQS::Queue</c>.</summary>
    string Type { get; }

    /// <summary>Creates or updates one resource.</summary>
    /// <exception cref="TemplateException">A property is missing or invalid.</exception>
    Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken);
}
