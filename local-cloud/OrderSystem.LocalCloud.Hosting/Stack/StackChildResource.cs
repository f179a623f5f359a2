using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace OrderSystem.LocalCloud.Hosting.Stack;

/// <summary>A resource of the template, shown below LocalCloud in the dashboard.</summary>
/// <param name="name">The resource's name in the AppHost.</param>
/// <param name="parent">The LocalCloud resource that runs the resource.</param>
/// <param name="logicalId">The resource's name in the template.</param>
/// <param name="kind">How the dashboard shows resources of this type.</param>
internal sealed class StackChildResource(string name, LocalCloudResource parent, string logicalId, StackResourceKind kind) : Resource(name), IResourceWithParent<LocalCloudResource>
{
    private const int LongestName = 64;

    public LocalCloudResource Parent => parent;

    public string LogicalId => logicalId;

    public StackResourceKind Kind => kind;

    /// <summary>The value of <c>Ref</c> for the resource; null until the resource is provisioned.</summary>
    public string? PhysicalId { get; set; }

    /// <summary>
    /// Returns a name for the resource in the AppHost: its logical id, changed if the AppHost already has a resource of that
    /// name or if the id is too long for a name.
    /// </summary>
    public static string NameOf(LocalCloudResource parent, string logicalId, Predicate<string> isTaken)
    {
        var name = logicalId;
        for (var number = 1; isTaken(Shortened(name)); number++)
            name = number == 1 ? $"{parent.Name}-{logicalId}" : $"{parent.Name}-{logicalId}-{number}";
        return Shortened(name);
    }

    private static string Shortened(string name) =>
        name.Length <= LongestName ? name : $"{name[..(LongestName - 9)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4))}";
}
