namespace OrderSystem.Lambda;

/// <summary>
/// The settings of <c>LambdaService</c>: the Runtime API's address, the function to serve, and the local concurrency.
/// </summary>
public sealed class LambdaOptions
{
    /// <summary>The host and port of the Runtime API (<c>AWS_LAMBDA_RUNTIME_API</c>).</summary>
    public string RuntimeApi { get; set; } = "";

    /// <summary>
    /// The handler to serve (<c>_HANDLER</c>, which the Lambda service sets). The handler is null in development, where one
    /// process serves all its functions, each under the path <c>/{handler}</c> of the Runtime API.
    /// </summary>
    public string? Handler { get; set; }

    /// <summary>The number of events of one function that are handled at once in development. In AWS, the number is always one.</summary>
    public int LocalConcurrency { get; set; } = 8;

    /// <summary>
    /// The HTTP client for the Runtime API, used for the process's lifetime. The client is not created by
    /// IHttpClientFactory, because the wait for the next event must not time out, and a retry by the resilience handler
    /// could lose an event.
    /// </summary>
    public HttpClient Client { get; set; } = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = int.MaxValue }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>
    /// Called before each response if <see cref="Handler"/> is set, to export pending telemetry. The Lambda service may
    /// freeze the process as soon as it has received the response.
    /// </summary>
    public Func<CancellationToken, Task>? BeforeFreeze { get; set; }
}
