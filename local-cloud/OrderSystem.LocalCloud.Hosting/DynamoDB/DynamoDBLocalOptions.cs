namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>Options for running DynamoDB Local beside LocalCloud.</summary>
public sealed class DynamoDBLocalOptions
{
    /// <summary>
    /// The resource's name. Default: <c>dynamodb</c>. If another resource already has this name, the default is the
    /// LocalCloud resource's name followed by <c>-dynamodb</c>.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// The port on the loopback address. Default: 8000, or a free port if another resource uses 8000 or if Aspire
    /// randomizes ports.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>The runtime of DynamoDB Local. Default: Docker if a Docker engine responds, otherwise Java.</summary>
    public DynamoDBLocalRuntime? Runtime { get; set; }

    /// <summary>
    /// Whether the container keeps running after the AppHost stops. A Java process always stops with the AppHost.
    /// </summary>
    public bool IsPersistent { get; set; }
}

/// <summary>The runtimes of DynamoDB Local.</summary>
public enum DynamoDBLocalRuntime
{
    /// <summary>A Docker container with the image <c>amazon/dynamodb-local</c>.</summary>
    Docker,

    /// <summary>A Java process (Java 17 or newer), which runs the program from an npm package.</summary>
    Java,
}
