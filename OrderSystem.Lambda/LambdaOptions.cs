namespace OrderSystem.Lambda;

/// <summary>The address of the Runtime API and the functions to serve, from the environment.</summary>
public sealed class LambdaOptions
{
    /// <summary>The host and port of the Runtime API (<c>AWS_LAMBDA_RUNTIME_API</c>).</summary>
    public string RuntimeApi { get; set; } = "";

    /// <summary>
    /// The handler to serve (<c>_HANDLER</c>, which the Lambda service sets). The handler is null in development, where one
    /// process serves all its functions, each under <c>/{handler}</c> of the Runtime API's address.
    /// </summary>
    public string? Handler { get; set; }

    /// <summary>The number of events of one function that are handled at once in development. In AWS, the number is always one.</summary>
    public int LocalConcurrency { get; set; } = 8;

    /// <summary>
    /// The HTTP client for the Runtime API, used for the process's lifetime. The client is not from IHttpClientFactory: a
    /// wait for the next event must not time out, and a retry by the resilience handler could lose an event.
    /// </summary>
    public HttpClient Client { get; set; } = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = int.MaxValue }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>
    /// Called before each response if <see cref="Handler"/> is set. The Lambda service may freeze the process after the
    /// response, before pending telemetry is exported.
    /// </summary>
    public Func<CancellationToken, Task>? BeforeFreeze { get; set; }
}
