namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>How DynamoDB Local runs beside LocalCloud.</summary>
public sealed class DynamoDBLocalOptions
{
    /// <summary>The resource's name: <c>dynamodb</c> unless given, with LocalCloud's name in front where that is taken.</summary>
    public string? Name { get; set; }

    /// <summary>The port on the loopback address: 8000 unless given or taken by another resource; a free one where Aspire randomizes ports.</summary>
    public int? Port { get; set; }

    /// <summary>What runs it; null takes Docker where an engine answers, else Java.</summary>
    public DynamoDBLocalRuntime? Runtime { get; set; }

    /// <summary>Whether the container outlives the AppHost. Java's process never does.</summary>
    public bool IsPersistent { get; set; }
}

/// <summary>What runs DynamoDB Local.</summary>
public enum DynamoDBLocalRuntime
{
    /// <summary>The container image <c>amazon/dynamodb-local</c>.</summary>
    Docker,

    /// <summary>Java 17, with the program from an npm package.</summary>
    Java,
}
