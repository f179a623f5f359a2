namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>How DynamoDB Local runs beside LocalCloud.</summary>
public sealed class DynamoDBLocalOptions
{
    /// <summary>The resource's name. Default: <c>dynamodb</c>, prefixed with LocalCloud's name if that name is taken.</summary>
    public string? Name { get; set; }

    /// <summary>The port on the loopback address. Default: 8000, or a free port if another resource has 8000 or if Aspire randomizes ports.</summary>
    public int? Port { get; set; }

    /// <summary>The runtime; null uses Docker if an engine responds, otherwise Java.</summary>
    public DynamoDBLocalRuntime? Runtime { get; set; }

    /// <summary>Whether the container outlives the AppHost. The Java process never does.</summary>
    public bool IsPersistent { get; set; }
}

/// <summary>The runtimes of DynamoDB Local.</summary>
public enum DynamoDBLocalRuntime
{
    /// <summary>The container image <c>amazon/dynamodb-local</c>.</summary>
    Docker,

    /// <summary>Java 17 or newer, with the program from an npm package.</summary>
    Java,
}
