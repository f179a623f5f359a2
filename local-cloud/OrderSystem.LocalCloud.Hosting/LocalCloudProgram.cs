using System.Reflection;
using Aspire.Hosting;

namespace OrderSystem.LocalCloud.Hosting;

/// <summary>
/// Finds LocalCloud's program. The MSBuild targets of this package write the program's path into the AppHost's
/// assembly.
/// </summary>
internal static class LocalCloudProgram
{
    private const string Metadata = "localcloudpath";

    /// <summary>Returns the path of LocalCloud's assembly.</summary>
    /// <exception cref="DistributedApplicationException">
    /// The AppHost was built without the package's targets, or the program was deleted.
    /// </exception>
    public static string Find(Assembly? appHost)
    {
        var path = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == Metadata)?.Value
            ?? throw new DistributedApplicationException(
                "The AppHost's assembly does not contain the path of LocalCloud's program. Reference the package OrderSystem.LocalCloud.Hosting from the AppHost project itself.");
        return File.Exists(path) ? path : throw new DistributedApplicationException($"LocalCloud's program {path} does not exist. Build the AppHost again.");
    }
}
