using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Template;

/// <summary>Makes resources of one type exist; run again, it finds what is there and brings it up to date.</summary>
internal interface IResourceProvisioner
{
    /// <summary>The type, such as <c>AWS::SQS::Queue</c>.</summary>
    string Type { get; }

    /// <summary>Creates or updates one resource.</summary>
    /// <exception cref="TemplateException">A property is missing or refused.</exception>
    Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken);
}
