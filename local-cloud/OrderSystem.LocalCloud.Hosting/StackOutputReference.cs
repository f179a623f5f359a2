using Aspire.Hosting.ApplicationModel;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>A reference to an output of a stack. The value of the output is available once the stack is provisioned.</summary>
/// <param name="resource">The LocalCloud resource that provisions the stack.</param>
/// <param name="name">The output's name in the template.</param>
public sealed class StackOutputReference(LocalCloudResource resource, string name) : IValueProvider, IManifestExpressionProvider, IValueWithReferences
{
    /// <summary>The LocalCloud resource that provisions the stack.</summary>
    public LocalCloudResource Resource => resource;

    /// <summary>The output's name in the template.</summary>
    public string Name => name;

    /// <inheritdoc />
    public string ValueExpression => $"{{{resource.Name}.outputs.{name}}}";

    IEnumerable<object> IValueWithReferences.References => [resource];

    /// <summary>Waits until the stack is provisioned and returns the output's value.</summary>
    /// <exception cref="Aspire.Hosting.DistributedApplicationException">
    /// The stack could not be provisioned, or has no such output.
    /// </exception>
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => await resource.Client.GetOutputAsync(name, cancellationToken);
}
