namespace OrderSystem.LocalCloud.Lambda;

/// <summary>A function's declaration. See "FunctionConfiguration" in the Lambda API Reference.</summary>
public sealed record FunctionConfiguration
{
    /// <summary>The function's name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The handler. In the path of the Runtime API, a local process may use the handler's name instead of the function's name.
    /// </summary>
    public required string Handler { get; init; }

    /// <summary>How long one invocation may run: 1 second to 15 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The maximum number of concurrent invocations; null for the account's limit, <see cref="AccountConcurrency"/>.
    /// </summary>
    public int? ReservedConcurrency { get; init; }

    /// <summary>The declared memory in megabytes, which is not enforced locally.</summary>
    public int MemorySize { get; init; } = 128;

    /// <summary>The declared runtime, such as <c>provided.al2023</c>.</summary>
    public string Runtime { get; init; } = "provided.al2023";

    /// <summary>The ARN of the declared role.</summary>
    public string Role { get; init; } = "";

    /// <summary>The declared description.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// The declared environment variables, which the API returns. These variables are not passed to the local process, which
    /// has its own environment.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The retries and destinations of asynchronous invocations.</summary>
    public AsynchronousSettings Asynchronous { get; init; } = new();

    /// <summary>The account's limit on concurrent invocations.</summary>
    public const int AccountConcurrency = 1000;
}
