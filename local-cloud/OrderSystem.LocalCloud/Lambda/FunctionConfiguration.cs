namespace OrderSystem.LocalCloud.Lambda;

/// <summary>A function as declared. Lambda API Reference: "FunctionConfiguration".</summary>
public sealed record FunctionConfiguration
{
    /// <summary>The function's name.</summary>
    public required string Name { get; init; }

    /// <summary>The handler: the other name under which a local process may serve the function.</summary>
    public required string Handler { get; init; }

    /// <summary>How long one invocation may run: 1 second to 15 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Invocations that may run at once; null leaves the account's limit of <see cref="AccountConcurrency"/>.</summary>
    public int? ReservedConcurrency { get; init; }

    /// <summary>Megabytes declared. Nothing enforces them here.</summary>
    public int MemorySize { get; init; } = 128;

    /// <summary>The runtime declared, such as <c>provided.al2023</c>.</summary>
    public string Runtime { get; init; } = "provided.al2023";

    /// <summary>The role declared.</summary>
    public string Role { get; init; } = "";

    /// <summary>What the template says of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>The environment declared. A local process has its own; the API only shows this one.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How its asynchronous invocations are retried.</summary>
    public AsynchronousSettings Asynchronous { get; init; } = new();

    /// <summary>The concurrency of an account that reserves none.</summary>
    public const int AccountConcurrency = 1000;
}
